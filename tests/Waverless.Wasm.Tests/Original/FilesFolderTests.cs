using System.Text;
using CsCheck;

namespace Waverless.Wasm.Original;

public sealed class FilesFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("waverless-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void No_random_name_opens_a_file_outside_the_folder()
    {
        var files = Directory.CreateDirectory(Path.Combine(_root, "files")).FullName;
        Directory.CreateDirectory(Path.Combine(files, "a"));
        File.WriteAllText(Path.Combine(files, "a", "in"), "inside");
        File.WriteAllText(Path.Combine(_root, "out"), "outside");
        var folder = new FilesFolder(files);
        var pieces = new[]
        {
            "a",
            "in",
            "out",
            "..",
            ".",
            "/",
            "/",
            "//",
            "\0",
            "\\",
            "files",
            "~",
        };
        Gen.Int[0, pieces.Length - 1]
            .Array[0, 9]
            .Sample(
                chosen =>
                {
                    var name = string.Concat(chosen.Select(index => pieces[index]));
                    if (FilesFolder.Refuse(Encoding.UTF8.GetBytes(name)) is not null)
                    {
                        return;
                    }

                    using var file = folder.Open(name);
                    Assert.True(file is null || RandomAccess.GetLength(file) == "inside".Length);
                },
                iter: 5_000
            );
    }

    [Fact]
    public void A_file_can_be_opened_while_it_is_open()
    {
        File.WriteAllText(Path.Combine(_root, "in"), "inside");
        var folder = new FilesFolder(_root);
        using var first = folder.Open("in");
        using var second = folder.Open("in");
        Assert.NotNull(first);
        Assert.NotNull(second);
    }
}
