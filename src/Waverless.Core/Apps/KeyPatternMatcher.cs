using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>Reads a key by a pattern, in one pass and without going back.</summary>
internal static class KeyPatternMatcher
{
    /// <summary>
    /// Between two placeholders stands a byte that <c>{}</c> cannot be, so the run of bytes that
    /// it can be, less what the literal behind it needs of that run, is its only reading.
    /// </summary>
    public static bool Match(
        ImmutableArray<PatternToken> tokens,
        ReadOnlySpan<byte> key,
        int captured,
        out Range value
    )
    {
        value = default;
        var at = 0;
        var placeholder = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            if (token.Kind == PatternTokenKind.Literal)
            {
                if (!key[at..].StartsWith(token.Literal))
                {
                    return false;
                }

                at += token.Literal.Length;
                continue;
            }

            var length =
                token.Kind == PatternTokenKind.Rest
                    ? key.Length - at
                    : SegmentLength(key[at..], i + 1 < tokens.Length ? tokens[i + 1] : default);
            if (length < 1)
            {
                return false;
            }

            if (placeholder++ == captured)
            {
                value = at..(at + length);
            }

            at += length;
        }

        return at == key.Length;
    }

    private static int SegmentLength(ReadOnlySpan<byte> key, PatternToken next)
    {
        var run = 0;
        while (run < key.Length && PatternToken.IsSegmentByte(key[run]))
        {
            run++;
        }

        return run - next.SegmentPrefixLength;
    }
}
