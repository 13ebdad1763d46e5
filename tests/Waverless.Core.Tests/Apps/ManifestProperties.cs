using System.Text;
using CsCheck;

namespace Waverless.Apps;

public sealed class ManifestProperties
{
    private static readonly string Whole = """
        a:
          partition: 8
          default: f
          shares: {b: {'k_{}': [get]}}
          limits: {memory: 1MiB, timeout: 5s, concurrency: 3, queue: 4, body: 1KiB}
          fns:
            f:
              http.get: {call: indirect}
              rpc:
              timer: "0 3 * * *"
              affinity: {tags: [x], nodes: "1,2"}
              condition: {kv_set: 0, kv_new: 1}
              kvs:
                'u_{}': {ops: [get, {trigger_by_write: {condition: g}}], partition: 0}
                '@b/x{*}': [read, write, delete]
              env: {A: b}
              http_out: [example.org]
            g:
              event: [http_app: , kv_set: 0]
              args: [http_text: , kv_key: 0]
              kvs: {k: [set]}
        """;

    private static readonly string[] Pieces =
    [
        "a",
        "fns",
        "kvs",
        "condition",
        "kv_set",
        "http.get",
        "call",
        "limits",
        "event",
        "args",
        ":",
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "&x ",
        "*x",
        "!!str ",
        "|",
        ">",
        "#",
        "?",
        "%",
        "---",
        "...",
        "\t",
        "0",
        "-1",
        "{}",
        "{*}",
        "@",
        "~",
        "\u0000",
        "\u0085",
        "\u2028",
        "\ufeff",
        "\\x",
        "é",
        "<<",
    ];

    [Fact]
    public void Random_text_is_a_manifest_or_a_typed_error() =>
        Gen.OneOf(
                Gen.String,
                Gen.OneOf(Pieces).Array[0, 40].Select(string.Concat),
                Gen.OneOf(Pieces)
                    .Array[0, 12]
                    .Select(pieces => "a:\n  f:\n    " + string.Concat(pieces))
            )
            .Sample(text => Read(Encoding.UTF8.GetBytes(text)), iter: 20_000);

    [Fact]
    public void Random_bytes_are_a_manifest_or_a_typed_error() =>
        Gen.Byte.Array[0, 200].Sample(Read, iter: 10_000);

    [Fact]
    public void A_damaged_manifest_is_a_manifest_or_a_typed_error()
    {
        var whole = Encoding.UTF8.GetBytes(Whole);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 20], Gen.OneOf(Pieces))
            .Sample(
                (at, cut, put) =>
                {
                    var end = Math.Min(whole.Length, at + cut);
                    Read([.. whole[..at], .. Encoding.UTF8.GetBytes(put), .. whole[end..]]);
                },
                iter: 10_000
            );
    }

    [Fact]
    public void The_manifest_that_is_damaged_is_whole() =>
        Assert.Equal(
            2,
            ManifestReader
                .Parse(Whole.Replace("http_app", "http_fn", StringComparison.Ordinal), "app.yaml")[
                    0
                ]
                .Functions.Length
        );

    [Fact]
    public void Deep_nesting_and_long_runs_are_refused_quickly()
    {
        foreach (
            var run in new[] { "[", "{", "- ", "? ", "a: ", "\"", "'", "&a ", "!a ", "%", "|" }
        )
        {
            Read(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(run, 20_000))));
        }
    }

    private static void Read(byte[] file)
    {
        try
        {
            var apps = ManifestReader.Parse(file, "app.yaml");
            Assert.NotEmpty(apps);
            Assert.All(apps, app => Assert.NotEmpty(app.Functions));
        }
        catch (ManifestException fault)
        {
            Assert.NotEmpty(fault.Errors);
            Assert.All(fault.Errors, error => Assert.True(error.Line >= 1 && error.Column >= 1));
        }
    }
}
