using System.IO.Compression;
using Waverless.Apps;

namespace Waverless.Hosting.Packages;

/// <summary>The form in which a node keeps packages: zips without compression.</summary>
internal static class PackageZip
{
    // What was accepted once is not measured again; headers make it a little larger than it came.
    private static readonly PackageLimits Limits = new()
    {
        ArchiveBytesMax = Array.MaxLength,
        TotalBytesMax = Array.MaxLength,
        FileBytesMax = Array.MaxLength,
        EntriesMax = ushort.MaxValue,
    };

    public static byte[] Pack(AppPackage package)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (
                var (path, content) in package.Files.OrderBy(f => f.Key, StringComparer.Ordinal)
            )
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.NoCompression).Open();
                entry.Write(content.Span);
            }
        }

        return bytes.ToArray();
    }

    /// <exception cref="AppRejectedException">It is not what was packed.</exception>
    public static AppPackage Unpack(byte[] zip, string app) =>
        AppPackageReader.FromZip(zip, app, Limits);
}
