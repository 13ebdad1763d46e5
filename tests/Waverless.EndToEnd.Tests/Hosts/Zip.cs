using System.IO.Compression;
using System.Text;

namespace Waverless.EndToEnd.Hosts;

/// <summary>Packages made in memory.</summary>
internal static class Zip
{
    public static byte[] Of(params (string Path, byte[] Content)[] files) => Make(null, files);

    /// <summary>A package that says of one of its files that it is a symbolic link.</summary>
    public static byte[] WithLink(string link, params (string Path, byte[] Content)[] files) =>
        Make(link, files);

    public static byte[] App(string manifest, byte[] wasm) =>
        Of(("app.yaml", Encoding.UTF8.GetBytes(manifest)), ("app.wasm", wasm));

    public static byte[] Guest(string name) => App(TestApps.Manifest(name), TestApps.Wasm(name));

    private static byte[] Make(string? link, (string Path, byte[] Content)[] files)
    {
        const int UnixLink = 0xA1FF << 16;
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (path, content) in files)
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Optimal);
                entry.ExternalAttributes = path == link ? UnixLink : 0;
                using var stream = entry.Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
