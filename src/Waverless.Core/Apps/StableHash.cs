namespace Waverless.Apps;

/// <summary>
/// A 64-bit hash that never changes: partitions of stored keys depend on it. FNV-1a
/// (draft-eastlake-fnv-17) with the finalizer of MurmurHash3, because FNV's low bits are weak.
/// </summary>
internal static class StableHash
{
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }
}
