using System.Text;
using Waverless.EndToEnd.Hosts;

namespace Waverless.EndToEnd.Deploying;

/// <summary>Uploads that must be refused, each by the name that a test shows.</summary>
internal static class BadPackages
{
    public const string Manifest = "fns:\n  main:\n    http.post: {call: indirect}\n";

    private static readonly Dictionary<string, Func<byte[]>> Made = new()
    {
        ["malformed yaml"] = () => Manifested("fns:\n  echo: {http.post: [\n"),
        ["a tab in yaml"] = () => Manifested("fns:\n\techo: {}\n"),
        ["unknown key"] = () => Manifested("fns:\n  echo:\n    htttp.post: {call: indirect}\n"),
        ["kv_set index out of range"] = () =>
            Manifested("fns:\n  echo:\n    condition: {kv_set: 1}\n    kvs:\n      a: [get]\n"),
        ["unknown operation"] = () => Manifested("fns:\n  echo:\n    kvs:\n      a: [burn]\n"),
        ["unreadable limit"] = () => Manifested("fns:\n  echo:\n    limits: {timeout: soon}\n"),
        ["a yaml bomb"] = () => Manifested(YamlBomb()),
        ["not wasm"] = () => Zip.App(Manifest, "#!/bin/sh\nexit 0\n"u8.ToArray()),
        ["empty wasm"] = () => Zip.App(Manifest, []),
        ["cut off wasm"] = () => Zip.App(Manifest, TestApps.Wasm("faults")[..200]),
        ["missing export"] = () => Zip.Guest("missing_export"),
        ["unknown import"] = () => Zip.Guest("unknown_import"),
        ["wrong import"] = () => Zip.Guest("wrong_import"),
        ["wrong export"] = () => Zip.Guest("wrong_export"),
        ["huge memory"] = () => Zip.Guest("huge_memory"),
        ["not a zip"] = () => "PK, said the file, and lied"u8.ToArray(),
        ["truncated zip"] = () => Zip.Guest("faults")[..^40],
        ["half a zip"] = () => Half(Zip.Guest("faults")),
        ["no manifest"] = () => Zip.Of(("app.wasm", TestApps.Wasm("faults"))),
        ["traversal"] = () => With("../../etc/cron.d/evil"),
        ["absolute path"] = () => With("/etc/cron.d/evil"),
        ["backslashes"] = () => With("..\\evil"),
        ["symlink"] = () =>
            Zip.WithLink(
                "files/passwd",
                ("app.yaml", Encoding.UTF8.GetBytes(Manifest)),
                ("files/passwd", "/etc/passwd"u8.ToArray())
            ),
        ["bomb"] = () => With("files/zeros", new byte[48 << 20]),
        ["more than fits"] = () => With("files/noise", Noise(65 << 20)),
        ["too many files"] = () =>
            Zip.Of([.. Enumerable.Range(0, 1_100).Select(i => ($"files/{i}", ""u8.ToArray()))]),
        ["two of one name"] = () => With("APP.yaml"),
    };

    public static byte[] Of(string name) => Made[name]();

    private static byte[] Manifested(string manifest) => Zip.App(manifest, TestApps.Wasm("faults"));

    private static byte[] With(string path, byte[]? content = null) =>
        Zip.Of(
            ("app.yaml", Encoding.UTF8.GetBytes(Manifest)),
            ("app.wasm", TestApps.Wasm("bad_allocate")),
            (path, content ?? "x"u8.ToArray())
        );

    /// <summary>Bytes that do not compress, the same in each run.</summary>
    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        for (int i = 0, state = 1; i < length; i++)
        {
            state = unchecked((state * 1_103_515_245) + 12_345);
            noise[i] = (byte)(state >> 16);
        }

        return noise;
    }

    private static byte[] Half(byte[] zip) => zip[..(zip.Length / 2)];

    /// <summary>Nine levels of anchors, ten references each: a thousand million nodes.</summary>
    private static string YamlBomb()
    {
        var yaml = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 10; i++)
        {
            var references = string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10));
            yaml.Append($"a{i}: &a{i} [{references}]\n");
        }

        return yaml.Append("fns: *a9\n").ToString();
    }
}
