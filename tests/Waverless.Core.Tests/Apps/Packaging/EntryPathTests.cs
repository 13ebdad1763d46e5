using CsCheck;

namespace Waverless.Apps.Packaging;

public sealed class EntryPathTests
{
    [Theory]
    [InlineData("app.yaml")]
    [InlineData("files/random words.txt")]
    [InlineData("files/größe")]
    [InlineData("a/b/c/...d")]
    [InlineData("..a")]
    [InlineData(".hidden")]
    public void Plain_paths_are_good(string path) => Assert.Null(EntryPath.Refuse(path));

    [Fact]
    public void A_good_path_stays_below_its_folder()
    {
        var root = Path.GetFullPath("root") + Path.DirectorySeparatorChar;
        Gen.OneOf("a", ".", "..", "/", "\\", "b", " ", ":", "c.", "\0")
            .Array[1, 8]
            .Select(string.Concat)
            .Sample(
                path =>
                {
                    if (EntryPath.Refuse(path) is null)
                    {
                        var full = Path.GetFullPath(Path.Combine(root, path));
                        Assert.StartsWith(root, full, StringComparison.Ordinal);
                        Assert.Equal(root.Length + path.Length, full.Length);
                    }
                },
                iter: 20_000
            );
    }

    [Fact]
    public void Paths_in_messages_are_short_and_printable()
    {
        Assert.Equal("a\uFFFDb", EntryPath.Show("a\nb"));
        Assert.Equal(258, EntryPath.Show(new string('a', 5_000)).Length);
    }
}
