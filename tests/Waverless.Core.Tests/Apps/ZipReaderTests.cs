using System.IO.Compression;
using System.Text;
using Waverless.Apps.Packaging;

namespace Waverless.Apps;

public sealed class ZipReaderTests
{
    [Fact]
    public void A_package_is_read_from_a_zip()
    {
        var zip = new ZipBuilder { Comment = "made by a test" }
            .Add("app.yml", "fns: {f: {rpc: }}")
            .Add("app.wasm", "\0asm", entry => (entry.Method, entry.Body) = (0, [0, 97, 115, 109]))
            .Add(
                "files/",
                "",
                entry => (entry.Method, entry.Body, entry.UnixMode) = (0, [], 0x41ED)
            )
            .Add("files/words/größe.txt", "one two")
            .Build();
        var package = AppPackageReader.FromZip(zip, "app");
        Assert.Equal("app", package.Manifest.Name);
        Assert.True(package.Manifest.Functions[0].Rpc);
        Assert.Equal(ArtifactKind.Wasm, package.Artifact);
        Assert.Equal("app.wasm", package.ArtifactPath);
        Assert.Equal(3, package.Files.Count);
        Assert.True(package.Files["app.wasm"].Span.SequenceEqual("\0asm"u8));
        Assert.True(package.Files["files/words/größe.txt"].Span.SequenceEqual("one two"u8));
    }

    [Fact]
    public async Task The_platforms_own_zips_are_read_from_a_stream()
    {
        var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(archive, "app.yaml", "fns: {f: }");
            Write(archive, "app.jar", new string('x', 100_000));
        }

        zip.Position = 0;
        var package = await AppPackageReader.FromZipAsync(zip, "app");
        Assert.Equal(ArtifactKind.Jar, package.Artifact);
        Assert.Equal(100_000, package.Files["app.jar"].Length);
    }

    [Theory]
    [InlineData("../app.wasm")]
    [InlineData("files/../../x")]
    [InlineData("files/..")]
    [InlineData("./x")]
    [InlineData("/etc/passwd")]
    [InlineData("//x")]
    [InlineData("a//b")]
    [InlineData("C:/x")]
    [InlineData("C:x")]
    [InlineData("..\\x")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a. ")]
    [InlineData("a./b")]
    [InlineData("")]
    [InlineData("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17")]
    public void A_path_that_is_not_plain_is_refused(string path)
    {
        var zip = new ZipBuilder().Add("app.yaml", "fns: {f: }").Add(path, "x").Build();
        var fault = Refuse(PackageProblem.PathInvalid, zip);
        Assert.Equal(EntryPath.Show(path), fault.Entry);
        Assert.Contains("The path", Assert.Single(fault.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_too_long_is_refused() =>
        Refuse(PackageProblem.PathInvalid, new ZipBuilder().Add(new string('a', 256), "x").Build());

    [Fact]
    public void A_path_that_is_not_utf8_is_refused() =>
        Refuse(PackageProblem.PathInvalid, new ZipBuilder().Add([0xFF, 0xFE], [1]).Build());

    [Theory]
    [InlineData(0xA1FF, "link")]
    [InlineData(0x11A4, "a pipe")]
    [InlineData(0x21A4, "a device")]
    [InlineData(0xC1A4, "a socket")]
    [InlineData(0x41ED, "a folder named like a file")]
    public void Links_and_devices_are_refused(int mode, string what)
    {
        var zip = new ZipBuilder()
            .Add("app.yaml", "fns: {f: }")
            .Add("files/link", "/etc/passwd", entry => entry.UnixMode = (ushort)mode)
            .Build();
        var fault = Refuse(PackageProblem.NotRegularFile, zip);
        Assert.True(fault.Entry == "files/link", what);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "A")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("a", "a/")]
    [InlineData("a/", "a")]
    public void Two_entries_for_one_path_are_refused(string first, string second)
    {
        var zip = new ZipBuilder();
        foreach (var path in new[] { first, second })
        {
            var content = path.EndsWith('/') ? "" : "x";
            zip.Add(path, content, entry => entry.UnixMode = 0);
        }

        Assert.Equal(second, Refuse(PackageProblem.Duplicate, zip.Build()).Entry);
    }

    [Fact]
    public void A_bomb_is_stopped_by_its_ratio()
    {
        var zip = new ZipBuilder().Add([97], new byte[32 << 20]).Build();
        Assert.True(zip.Length < 40_000);
        var fault = Refuse(PackageProblem.TooLarge, zip);
        Assert.Contains("200 times", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_whose_header_lies_is_stopped_at_what_the_header_says()
    {
        var zip = new ZipBuilder()
            .Add([97], new byte[32 << 20], entry => entry.Length = 10)
            .Build();
        var fault = Refuse(PackageProblem.Corrupt, zip);
        Assert.Contains("more than the 10 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_hold_for_a_file_for_all_and_for_their_number()
    {
        var noise = new byte[3_000];
        new Random(1).NextBytes(noise);
        var zip = new ZipBuilder()
            .Add("app.yaml", "fns: {f: }")
            .Add([97], noise)
            .Add([98], noise)
            .Build();
        Assert.NotNull(AppPackageReader.FromZip(zip, "app"));
        var limits = PackageLimits.Default;
        Refuse(PackageProblem.TooLarge, zip, limits with { FileBytesMax = 2_999 });
        Refuse(PackageProblem.TooLarge, zip, limits with { TotalBytesMax = 6_000 });
        Refuse(PackageProblem.TooLarge, zip, limits with { EntriesMax = 2 });
        Refuse(PackageProblem.TooLarge, zip, limits with { ArchiveBytesMax = zip.Length - 1 });
    }

    [Fact]
    public async Task A_stream_is_read_no_further_than_the_limit()
    {
        var limits = PackageLimits.Default with { ArchiveBytesMax = 100_000 };
        using var endless = new EndlessStream();
        var fault = await Assert.ThrowsAsync<PackageException>(async () =>
            await AppPackageReader.FromZipAsync(endless, "app", limits)
        );
        Assert.Equal(PackageProblem.TooLarge, fault.Problem);
        Assert.InRange(endless.Served, 100_001, 300_000);
    }

    [Fact]
    public void A_zip_cut_anywhere_is_refused()
    {
        var zip = ZipBuilder.Package();
        for (var length = 0; length < zip.Length; length++)
        {
            Refuse(PackageProblem.Corrupt, zip[..length]);
        }
    }

    [Fact]
    public void Damaged_content_is_refused()
    {
        var zip = new ZipBuilder().Add("a", "hello hello", entry => entry.Crc ^= 1).Build();
        Assert.Contains(
            "checksum",
            Refuse(PackageProblem.Corrupt, zip).Message,
            StringComparison.Ordinal
        );
        zip = new ZipBuilder().Add("a", "hello", entry => entry.Body = [0xFF, 0xFF, 0xFF]).Build();
        Assert.Contains(
            "damaged",
            Refuse(PackageProblem.Corrupt, zip).Message,
            StringComparison.Ordinal
        );
        zip = new ZipBuilder().Add("a", "hello", entry => entry.Length = 6).Build();
        Assert.Contains(
            "says 6",
            Refuse(PackageProblem.Corrupt, zip).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Headers_that_do_not_agree_are_refused()
    {
        Refuse(
            PackageProblem.Corrupt,
            new ZipBuilder().Add("a", "x", e => e.LocalPath = [98]).Build()
        );
        Refuse(
            PackageProblem.Corrupt,
            new ZipBuilder().Add("a", "x", e => e.CompressedSaid = 999).Build()
        );
        Refuse(
            PackageProblem.Corrupt,
            new ZipBuilder().Add("a", "x", e => e.Offset = 1_000).Build()
        );
        Refuse(
            PackageProblem.Corrupt,
            new ZipBuilder { CountSaid = 2 }
                .Add("a", "x")
                .Build()
        );
        Refuse(
            PackageProblem.Corrupt,
            new ZipBuilder { CountSaid = 0 }
                .Add("a", "x")
                .Build()
        );
    }

    [Fact]
    public void Entries_that_share_their_bytes_are_refused()
    {
        // How a zip of 42 kB becomes petabytes: many entries over the same compressed bytes.
        var zip = new ZipBuilder().Add("a", "x").Add("a", "x", entry => entry.Path = [98]);
        zip.Add("a", "x", entry => (entry.Path, entry.Offset) = ([99], 0));
        Refuse(PackageProblem.Corrupt, zip.Build());
    }

    [Fact]
    public void What_is_not_supported_is_said()
    {
        Refuse(
            PackageProblem.Unsupported,
            new ZipBuilder().Add("a", "x", e => e.Flags = 1).Build()
        );
        Refuse(
            PackageProblem.Unsupported,
            new ZipBuilder().Add("a", "x", e => e.Method = 12).Build()
        );
        Refuse(
            PackageProblem.Unsupported,
            new ZipBuilder().Add("a", "x", e => e.Offset = uint.MaxValue).Build()
        );
        Refuse(
            PackageProblem.Unsupported,
            new ZipBuilder { CountSaid = ushort.MaxValue }
                .Add("a", "x")
                .Build()
        );
    }

    private static PackageException Refuse(
        PackageProblem problem,
        byte[] zip,
        PackageLimits? limits = null
    )
    {
        var fault = Assert.Throws<PackageException>(() =>
            AppPackageReader.FromZip(zip, "app", limits)
        );
        Assert.True(problem == fault.Problem, $"{fault.Problem}: {fault.Message}");
        Assert.Equal("app", fault.App);
        Assert.Equal(AppRejectionCode.PackageInvalid, fault.Code);
        return fault;
    }

    private static void Write(ZipArchive archive, string path, string content)
    {
        using var stream = archive.CreateEntry(path).Open();
        stream.Write(Encoding.UTF8.GetBytes(content));
    }
}
