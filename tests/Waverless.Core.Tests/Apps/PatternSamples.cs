using System.Text;
using CsCheck;

namespace Waverless.Apps;

/// <summary>Random patterns, and random keys that are likely to match them.</summary>
internal static class PatternSamples
{
    private static readonly string[] Pieces =
    [
        "a",
        "b",
        "0",
        "-",
        "_",
        "/",
        ".",
        "ab",
        "a_",
        "_b",
        "{}",
        "{}",
        "{*}",
        "é",
        "{",
        "}",
    ];

    private static readonly string[] KeyPieces =
    [
        "a",
        "b",
        "0",
        "-",
        "_",
        "/",
        ".",
        "ab",
        "a_",
        "_b",
        "aa",
        "é",
        "\u00ff",
        "Z9",
    ];

    /// <summary>Texts that look like patterns; many are not legal.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(Pieces).Array[1, 7].Select(string.Concat);

    public static Gen<KeyPattern> Legal { get; } =
        Text.Select(text => KeyPattern.TryParse(text, out var pattern, out _) ? pattern : null)
            .Where(pattern => pattern is not null)
            .Select(pattern => pattern!);

    public static Gen<byte[]> Key { get; } =
        Gen.OneOf(KeyPieces)
            .Array[0, 7]
            .Select(pieces => Encoding.UTF8.GetBytes(string.Concat(pieces)));

    /// <summary>A key made of a pattern by filling its placeholders.</summary>
    public static Gen<byte[]> KeyOf(KeyPattern pattern) =>
        Gen.OneOf("a", "ab", "0-", "Z", "aa", "bab")
            .Array[KeyPattern.PlaceholdersMax]
            .Select(values =>
            {
                var (text, next) = (pattern.Text, 0);
                while (text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at)
                {
                    var end = text.IndexOf('}', at) + 1;
                    text = text[..at] + values[next++] + text[end..];
                }

                return Encoding.UTF8.GetBytes(text);
            });

    /// <summary>A pattern with a key that matches it, nearly does, or is unrelated.</summary>
    public static Gen<(KeyPattern Pattern, byte[] Key)> WithKey { get; } =
        Legal.SelectMany(pattern =>
            Gen.OneOf(
                    Key,
                    KeyOf(pattern),
                    Gen.Select(KeyOf(pattern), Key, (key, tail) => (byte[])[.. key, .. tail])
                )
                .Select(key => (pattern, key))
        );
}
