using CsCheck;

namespace Waverless.Apps;

public sealed class ZipProperties
{
    private static readonly byte[] Whole = new ZipBuilder()
        .Add("app.yaml", "fns: {f: {kvs: {k: [get]}}}")
        .Add("app.wasm", new string('w', 500))
        .Add("files/words.txt", "one two three")
        .Build();

    [Fact]
    public void Random_bytes_are_a_typed_error() =>
        Gen.Byte.Array[0, 300].Sample(zip => Assert.False(IsPackage(zip)), iter: 5_000);

    [Fact]
    public void Random_bytes_behind_the_right_beginning_are_a_typed_error() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 60])
            .Sample(
                (body, directory) =>
                {
                    byte[] zip =
                    [
                        .. "PK\u0003\u0004"u8,
                        .. body,
                        .. "PK\u0001\u0002"u8,
                        .. directory,
                        .. Whole[^22..],
                    ];
                    Assert.False(IsPackage(zip));
                },
                iter: 5_000
            );

    [Fact]
    public void A_zip_with_changed_bytes_is_the_same_package_or_a_typed_error()
    {
        var original = AppPackageReader.FromZip(Whole, "app").ContentHash;
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Byte)
            .Array[1, 4]
            .Sample(
                changes =>
                {
                    var zip = Whole.ToArray();
                    foreach (var (at, value) in changes)
                    {
                        zip[at] = value;
                    }

                    // Content is under a checksum, and a path stands in two places: chance does
                    // not change both alike.
                    if (IsPackage(zip))
                    {
                        Assert.Equal(original, AppPackageReader.FromZip(zip, "app").ContentHash);
                    }
                },
                iter: 10_000
            );
    }

    private static bool IsPackage(byte[] zip)
    {
        try
        {
            AppPackageReader.FromZip(zip, "app");
            return true;
        }
        catch (PackageException fault)
        {
            Assert.NotEmpty(fault.Reasons);
        }
        catch (ManifestException fault)
        {
            Assert.NotEmpty(fault.Errors);
        }

        return false;
    }
}
