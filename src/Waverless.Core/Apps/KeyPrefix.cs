namespace Waverless.Apps;

/// <summary>Reckons with ranges of keys that have a beginning in common.</summary>
internal static class KeyPrefix
{
    /// <summary>Whether every key in <c>[from, to)</c> begins with the prefix.</summary>
    /// <param name="prefix">The beginning; empty: every key has it.</param>
    /// <param name="from">The first key.</param>
    /// <param name="to">The end; empty: no end.</param>
    public static bool Covers(
        ReadOnlySpan<byte> prefix,
        ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to
    )
    {
        if (prefix.IsEmpty)
        {
            return true;
        }

        if (!from.StartsWith(prefix))
        {
            return false;
        }

        return to.IsEmpty ? HasNoEnd(prefix) : to.StartsWith(prefix) || IsEnd(prefix, to);
    }

    /// <summary>Nothing is above all keys that begin with 0xFF bytes only.</summary>
    private static bool HasNoEnd(ReadOnlySpan<byte> prefix) =>
        prefix.IndexOfAnyExcept((byte)0xFF) < 0;

    /// <summary>
    /// Whether no key below the end, and at or above the prefix, lacks the prefix: the end is at
    /// most the smallest text above all keys with the prefix.
    /// </summary>
    private static bool IsEnd(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> to)
    {
        var length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF)
        {
            length--;
        }

        if (length == 0)
        {
            return true;
        }

        // The end of the prefix is prefix[..length] with its last byte one higher.
        var head = to[..Math.Min(to.Length, length - 1)].SequenceCompareTo(prefix[..(length - 1)]);
        if (head != 0)
        {
            return head < 0;
        }

        return to.Length < length
            || to[length - 1] < prefix[length - 1] + 1
            || (to[length - 1] == prefix[length - 1] + 1 && to.Length == length);
    }
}
