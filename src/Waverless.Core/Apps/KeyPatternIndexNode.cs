namespace Waverless.Apps;

/// <summary>A node of the tree over the literal beginnings of patterns.</summary>
internal sealed class KeyPatternIndexNode
{
    private readonly byte[] _firstBytes;
    private readonly KeyPatternIndexNode[] _children;

    private KeyPatternIndexNode(
        byte[] label,
        TriggerTarget[] targets,
        KeyPatternIndexNode[] children
    )
    {
        Label = label;
        Targets = targets;
        _children = children;
        _firstBytes = [.. children.Select(child => child.Label[0])];
    }

    /// <summary>The bytes between the parent and this node; only the root's may be empty.</summary>
    public byte[] Label { get; }

    /// <summary>Triggers whose literal beginning ends here.</summary>
    public TriggerTarget[] Targets { get; }

    /// <summary>Builds the node of targets that share their first bytes.</summary>
    /// <param name="sorted">The targets, in the order of their literal beginnings.</param>
    /// <param name="depth">How many of those bytes the parents have.</param>
    public static KeyPatternIndexNode Build(ReadOnlySpan<TriggerTarget> sorted, int depth)
    {
        var shared = depth;
        if (!sorted.IsEmpty)
        {
            // Sorted, so what first and last have in common, all have.
            shared = Prefix(sorted[0]).CommonPrefixLength(Prefix(sorted[^1]));
        }

        var ended = 0;
        while (ended < sorted.Length && Prefix(sorted[ended]).Length == shared)
        {
            ended++;
        }

        var children = new List<KeyPatternIndexNode>();
        for (var at = ended; at < sorted.Length; )
        {
            var value = Prefix(sorted[at])[shared];
            var end = at + 1;
            while (end < sorted.Length && Prefix(sorted[end])[shared] == value)
            {
                end++;
            }

            children.Add(Build(sorted[at..end], shared));
            at = end;
        }

        var label = sorted.IsEmpty ? [] : Prefix(sorted[0])[depth..shared].ToArray();
        return new KeyPatternIndexNode(label, sorted[..ended].ToArray(), [.. children]);
    }

    /// <summary>The child whose label the rest of the key begins with; null: none.</summary>
    public KeyPatternIndexNode? Child(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return null;
        }

        var index = _firstBytes.AsSpan().IndexOf(rest[0]);
        return index >= 0 && rest.StartsWith(_children[index].Label) ? _children[index] : null;
    }

    private static ReadOnlySpan<byte> Prefix(TriggerTarget target) =>
        target.Trigger.Pattern.LiteralPrefix;
}
