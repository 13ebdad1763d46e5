namespace Waverless.Cluster.Moves;

/// <summary>A record of a partition on its way to another node's store.</summary>
/// <param name="Key">Its key, without what names the partition in one store.</param>
/// <param name="Value">What it holds; null: it is to be removed.</param>
/// <param name="End">Not empty: all keys from the key up to this one are to be removed.</param>
internal readonly record struct MovedRecord(
    ReadOnlyMemory<byte> Key,
    ReadOnlyMemory<byte>? Value,
    ReadOnlyMemory<byte> End = default
)
{
    /// <summary>Bytes that it takes.</summary>
    public int Bytes => Key.Length + (Value?.Length ?? 0) + End.Length;
}
