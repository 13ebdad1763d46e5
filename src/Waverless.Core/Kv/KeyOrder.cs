namespace Waverless.Kv;

/// <summary>The order of keys: bytewise, as the store has it.</summary>
internal sealed class KeyOrder : IComparer<KvKey>
{
    public static KeyOrder Instance { get; } = new();

    public int Compare(KvKey x, KvKey y) => x.Span.SequenceCompareTo(y.Span);
}
