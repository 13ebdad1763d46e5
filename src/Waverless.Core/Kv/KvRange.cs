namespace Waverless.Kv;

/// <summary>
/// A bounded, ordered part of a partition's keys: <c>From</c> (inclusive) up to <c>To</c>
/// (exclusive; empty means "to the end").
/// </summary>
/// <param name="From">First key that may be returned; empty starts at the first key.</param>
/// <param name="To">First key that is not returned any more; empty has no end.</param>
/// <param name="Limit">Most entries to return; the engine's page limits apply as well.</param>
public readonly record struct KvRange(KvKey From, KvKey To, int Limit)
{
    /// <summary>Whether the entries come from the last key to the first.</summary>
    public bool Reverse { get; init; }

    /// <summary>The part of the range that a page has left.</summary>
    /// <param name="next">The page's <see cref="KvPage.Next"/>.</param>
    public KvRange ContinueAt(KvKey next) =>
        Reverse
            // The end of a range is not in it: the smallest key above is a zero byte longer.
            ? this with
            {
                To = new KvKey((byte[])[.. next.Span, 0]),
            }
            : this with
            {
                From = next,
            };

    /// <summary>All keys that begin with <paramref name="prefix"/>.</summary>
    /// <param name="prefix">Literal beginning; empty means every key.</param>
    /// <param name="limit">Most entries to return.</param>
    public static KvRange Prefix(KvKey prefix, int limit = int.MaxValue) =>
        new(prefix, new KvKey(Successor(prefix.Span)), limit);

    /// <summary>The smallest key above all keys with that prefix; empty if there is none.</summary>
    private static byte[] Successor(ReadOnlySpan<byte> prefix)
    {
        var end = prefix.Length;
        while (end > 0 && prefix[end - 1] == 0xFF)
        {
            end--;
        }

        if (end == 0)
        {
            return [];
        }

        var successor = prefix[..end].ToArray();
        successor[end - 1]++;
        return successor;
    }
}
