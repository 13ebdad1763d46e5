using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Reads state from before a commit: what earlier commits of the group decided, else what is
/// stored. Only rules that need it pay for it. Not thread-safe.
/// </summary>
internal sealed class OldValues(IKeyspace keyspace, PartitionKeys keys, GroupIndex group)
{
    private const int StackKeyBytesMax = 1100;

    /// <summary>Finds the revision that wrote a key's value; false if the key is absent.</summary>
    public bool TryGetRevision(ReadOnlySpan<byte> key, out ulong revision)
    {
        var bytes = PartitionKeys.PrefixBytes + key.Length;
        var full = bytes <= StackKeyBytesMax ? stackalloc byte[bytes] : new byte[bytes];
        keys.Value(full, key);
        revision = 0;
        if (group.TryFind(full, out var record))
        {
            if (record.Kind != RecordKind.Put)
            {
                return false;
            }

            revision = StoredValue.Revision(record.Value);
            return true;
        }

        Span<byte> head = stackalloc byte[StoredValue.HeaderBytes];
        if (keyspace.GetHead(full, head) < 0)
        {
            return false;
        }

        revision = StoredValue.Revision(head);
        return true;
    }
}
