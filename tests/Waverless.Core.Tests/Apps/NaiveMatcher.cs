using System.Text;

namespace Waverless.Apps;

/// <summary>
/// Reads a key by a pattern in every possible way, straight from the definition; slow and plain.
/// </summary>
internal static class NaiveMatcher
{
    /// <summary>How many ways there are to read the key.</summary>
    public static int CountReadings(string pattern, ReadOnlySpan<byte> key)
    {
        if (pattern.Length == 0)
        {
            return key.IsEmpty ? 1 : 0;
        }

        if (pattern == "{*}")
        {
            return key.IsEmpty ? 0 : 1;
        }

        if (pattern.StartsWith("{}", StringComparison.Ordinal))
        {
            var readings = 0;
            for (var length = 1; length <= key.Length && IsSegment(key[length - 1]); length++)
            {
                readings += CountReadings(pattern[2..], key[length..]);
            }

            return readings;
        }

        var rune = Rune.GetRuneAt(pattern, 0);
        Span<byte> utf8 = stackalloc byte[4];
        utf8 = utf8[..rune.EncodeToUtf8(utf8)];
        return key.StartsWith(utf8)
            ? CountReadings(pattern[rune.Utf16SequenceLength..], key[utf8.Length..])
            : 0;
    }

    private static bool IsSegment(byte b) =>
        b
            is >= (byte)'a'
                and <= (byte)'z'
                or >= (byte)'A'
                and <= (byte)'Z'
                or >= (byte)'0'
                and <= (byte)'9'
                or (byte)'-';
}
