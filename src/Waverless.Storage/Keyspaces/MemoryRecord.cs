namespace Waverless.Storage.Keyspaces;

/// <summary>A key with its value, ordered by the key's bytes.</summary>
internal readonly record struct MemoryRecord(byte[] Key, byte[] Value)
{
    /// <summary>Orders records by key.</summary>
    public static IComparer<MemoryRecord> ByKey { get; } =
        Comparer<MemoryRecord>.Create(
            static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key.AsSpan())
        );
}
