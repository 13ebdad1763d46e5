using Waverless.Apps;
using Waverless.Hosting.Support;

namespace Waverless.Hosting.Packages;

public sealed class AppFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly AppFiles _files;

    public AppFilesTests() => _files = new AppFiles(_folder["files"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_packages_files_are_written_and_others_stay()
    {
        Provide();
        File.WriteAllText(_folder["files/a/mine"], "kept");
        _files.Write(Package(("files/one", "1"), ("files/deep/two", "2"), ("readme", "no")));
        _files.Write(Package(("files/one", "new")));
        Assert.Equal("new", File.ReadAllText(_folder["files/a/one"]));
        Assert.Equal("2", File.ReadAllText(_folder["files/a/deep/two"]));
        Assert.Equal("kept", File.ReadAllText(_folder["files/a/mine"]));
        Assert.False(File.Exists(_folder["files/a/readme"]));
        var all = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories);
        Assert.Equal(3, all.Count());
    }

    [Fact]
    public void A_link_to_a_folder_is_not_followed()
    {
        Provide();
        Directory.CreateDirectory(_folder["outside"]);
        File.CreateSymbolicLink(_folder["files/a/deep"], _folder["outside"]);
        var rejection = Assert.Throws<AppRejectedException>(() =>
            _files.Write(Package(("files/one", "1"), ("files/deep/two", "2")))
        );
        Assert.Contains(_folder["files/a/deep"], rejection.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder["outside"]));
        Assert.False(File.Exists(_folder["files/a/one"]));
    }

    [Fact]
    public void A_link_in_the_place_of_a_file_is_replaced()
    {
        Provide();
        File.WriteAllText(_folder["outside"], "untouched");
        File.CreateSymbolicLink(_folder["files/a/one"], _folder["outside"]);
        _files.Write(Package(("files/one", "1")));
        Assert.Equal("untouched", File.ReadAllText(_folder["outside"]));
        Assert.Equal("1", File.ReadAllText(_folder["files/a/one"]));
    }

    [Fact]
    public void What_is_in_the_way_of_files_is_named()
    {
        Provide();
        Directory.CreateDirectory(_folder["files/a/one"]);
        File.WriteAllText(_folder["files/a/deep"], "a file");
        var rejection = Assert.Throws<AppRejectedException>(() =>
            _files.Write(Package(("files/one", "1"), ("files/deep/two", "2")))
        );
        Assert.Equal(2, rejection.Reasons.Length);
        Assert.Equal("a file", File.ReadAllText(_folder["files/a/deep"]));
    }

    [Fact]
    public void Delegates_have_no_folder()
    {
        var package = AppPackage.Create(Package().Manifest);
        Assert.Null(_files.Provide(package).FilesFolder);
        Assert.False(Directory.Exists(_folder["files"]));
    }

    private void Provide() =>
        Assert.Equal(_folder["files/a"], _files.Provide(Package()).FilesFolder);

    private static AppPackage Package(params (string Path, string Text)[] files) =>
        TestPackages.Of(
            "a",
            "fns:\n  f:\n    http.post: {call: indirect}\n",
            [("app.wasm", "code"), .. files]
        );
}
