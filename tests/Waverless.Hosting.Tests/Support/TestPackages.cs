using System.Text;
using Waverless.Apps;

namespace Waverless.Hosting.Support;

/// <summary>Packages for uploads.</summary>
internal static class TestPackages
{
    /// <summary>The apps of QuickStart, as compiled.</summary>
    public static string Apps => "apps";

    public static AppPackage Of(
        string app,
        string manifest,
        params (string Path, string Text)[] files
    )
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["app.yaml"], manifest);
        foreach (var (path, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
            File.WriteAllText(folder[path], text, new UTF8Encoding(false));
        }

        return AppPackageReader.FromFolder(folder.Path, app);
    }

    /// <summary>The guest <c>fn2</c>, told apart by a comment in its manifest.</summary>
    public static AppPackage Hello(string version, string app = "fn2", string? file = null)
    {
        using var folder = new TempFolder();
        WriteHello(folder.Path, version);
        if (file is not null)
        {
            Directory.CreateDirectory(folder["files"]);
            File.WriteAllText(folder["files/text.txt"], file);
        }

        return AppPackageReader.FromFolder(folder.Path, app);
    }

    public static void WriteHello(string folder, string version)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "apps", "fn2");
        Directory.CreateDirectory(folder);
        File.Copy(Path.Combine(source, "app.wasm"), Path.Combine(folder, "app.wasm"), true);
        File.WriteAllText(
            Path.Combine(folder, "app.yaml"),
            $"# {version}\nfns:\n  fn2:\n    http.post: {{call: indirect}}\n"
        );
    }

    /// <summary>A package whose code is not WebAssembly.</summary>
    public static AppPackage Broken(string app) =>
        Of(app, "fns:\n  fn2:\n    http.post: {call: indirect}\n", ("app.wasm", "not wasm"));
}
