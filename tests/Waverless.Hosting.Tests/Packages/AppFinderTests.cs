using Waverless.Apps;
using Waverless.Hosting.Support;

namespace Waverless.Hosting.Packages;

public sealed class AppFinderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_apps_holds_folders_and_zips()
    {
        TestPackages.WriteHello(_folder["b"], "1");
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllText(_folder["readme.txt"], "no app");
        File.WriteAllBytes(_folder["a.zip"], PackageZip.Pack(TestPackages.Hello("1", "a")));
        Assert.Equal(["b", "a"], Find(_folder.Path));
    }

    [Fact]
    public void An_app_is_found_by_its_folder_and_by_its_zip()
    {
        TestPackages.WriteHello(_folder["b"], "1");
        File.WriteAllBytes(_folder["a.zip"], PackageZip.Pack(TestPackages.Hello("1", "a")));
        Assert.Equal(["b"], Find(_folder["b"]));
        Assert.Equal(["a"], Find(_folder["a.zip"]));
    }

    [Fact]
    public void Where_no_app_is_the_path_is_named()
    {
        foreach (var path in new[] { _folder.Path, _folder["missing"] })
        {
            var rejection = Assert.Throws<AppRejectedException>(() => Find(path));
            Assert.Contains($"'{path}'", rejection.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_zip_that_is_none_is_rejected()
    {
        File.WriteAllText(_folder["a.zip"], "not a zip");
        Assert.Throws<PackageException>(() => Find(_folder.Path));
    }

    private static List<string> Find(string path) =>
        AppFinder.Find(path).Select(package => package.Manifest.Name).ToList();
}
