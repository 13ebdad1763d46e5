using System.IO.Compression;
using System.Text;

namespace Waverless.AspNetCore.Hosts;

/// <summary>Packages of <see cref="JarRuntime"/>.</summary>
internal static class Zip
{
    public const string Manifest = """
        fns:
          version:
            http.get: {call: indirect}
        """;

    public static byte[] App(string code, string manifest = Manifest) =>
        Of(("app.yaml", manifest), ("app.jar", code));

    public static byte[] Of(params (string Path, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (path, text) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    public static MultipartFormDataContent Form(params (string App, byte[] Zip)[] apps)
    {
        var form = new MultipartFormDataContent();
        foreach (var (app, zip) in apps)
        {
            form.Add(new ByteArrayContent(zip), app, app + ".zip");
        }

        return form;
    }
}
