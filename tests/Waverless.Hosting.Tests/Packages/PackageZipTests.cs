using CsCheck;
using Waverless.Apps;
using Waverless.Hosting.Support;

namespace Waverless.Hosting.Packages;

public sealed class PackageZipTests
{
    private static readonly AppManifest Manifest = TestPackages.Hello("1").Manifest;

    [Fact]
    public void What_is_packed_comes_back_as_it_was()
    {
        var yaml = TestPackages.Hello("1").Files["app.yaml"];
        var names = Gen.Char["abcxyz019_-/"].Array[1, 12].Select(chars => new string(chars));
        var files = Gen.Dictionary(names.Where(IsPlain), Gen.Byte.Array[0, 300])[0, 5];
        files.Sample(
            content =>
            {
                var all = content
                    .Select(file =>
                        KeyValuePair.Create(
                            AppPackage.FilesFolder + file.Key + ".bin",
                            (ReadOnlyMemory<byte>)file.Value
                        )
                    )
                    .Append(KeyValuePair.Create("app.yaml", yaml));
                var package = AppPackage.Create(Manifest, all);
                var back = PackageZip.Unpack(PackageZip.Pack(package), "fn2");
                Assert.Equal(package.ContentHash, back.ContentHash);
            },
            iter: 200
        );
    }

    [Fact]
    public void A_current_version_that_was_not_written_so_is_none()
    {
        Gen.String.Sample(text =>
            Assert.Null(CurrentVersion.TryParse(System.Text.Encoding.UTF8.GetBytes(text)))
        );
        var hash = new string('a', 64);
        var written = new CurrentVersion(hash, "b").ToJson();
        Assert.Equal(new CurrentVersion(hash, "b"), CurrentVersion.TryParse(written));
        Assert.Null(CurrentVersion.TryParse(new CurrentVersion(hash[1..], null).ToJson()));
        Assert.Null(CurrentVersion.TryParse(new CurrentVersion(null, null).ToJson()));
    }

    private static bool IsPlain(string path) => path.Split('/').All(part => part.Length > 0);
}
