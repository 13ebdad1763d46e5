using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Reads state from before a commit: what earlier commits of the group decided, else what is
/// stored. Only rules that need it pay for it. Not thread-safe.
/// </summary>
internal sealed class OldValues(IKeyspace keyspace, PartitionKeys keys, GroupIndex group)
{
    private const int StackKeyBytesMax = 1100;

    /// <summary>Store time of the commit being decided, Unix milliseconds.</summary>
    public long StoreTimeMs { get; set; }

    /// <summary>Finds the revision that wrote a key's value; false if the key is absent.</summary>
    public bool TryGetRevision(KeyArea area, ReadOnlySpan<byte> key, out ulong revision)
    {
        var present = TryGet(area, key, out var found) && !found.HasExpired(StoreTimeMs);
        revision = present ? found.Revision : 0;
        return present;
    }

    /// <summary>Finds a key's value, be it expired or not; false if there is no record.</summary>
    public bool TryGet(KeyArea area, ReadOnlySpan<byte> key, out OldValue found)
    {
        var bytes = PartitionKeys.PrefixBytes + key.Length;
        var full = bytes <= StackKeyBytesMax ? stackalloc byte[bytes] : new byte[bytes];
        keys.Value(full, area, key);
        found = default;
        if (group.TryFind(full, out var record))
        {
            if (record.Kind != RecordKind.Put)
            {
                return false;
            }

            found = Header(record.Value, record.Value.Length);
            return true;
        }

        Span<byte> head = stackalloc byte[StoredValue.HeaderBytesMax];
        var length = keyspace.GetHead(full, head);
        if (length < 0)
        {
            return false;
        }

        found = Header(head, length);
        return true;
    }

    /// <summary>Whether there is a record of a whole key.</summary>
    public bool Has(ReadOnlySpan<byte> full) =>
        group.TryFind(full, out var record)
            ? record.Kind == RecordKind.Put
            : keyspace.GetHead(full, []) >= 0;

    /// <summary>
    /// A key's value, be it expired or not; null if there is no record, or it is longer.
    /// </summary>
    public byte[]? Read(KeyArea area, ReadOnlySpan<byte> key, int bytesMax)
    {
        var full = new byte[PartitionKeys.PrefixBytes + key.Length];
        keys.Value(full, area, key);
        if (group.TryFind(full, out var record))
        {
            return record.Kind == RecordKind.Put ? Short(record.Value) : null;
        }

        var head = new byte[StoredValue.HeaderBytesMax + bytesMax];
        var length = keyspace.GetHead(full, head);
        return length < 0 || length > head.Length ? null : Short(head.AsSpan(0, length));

        byte[]? Short(ReadOnlySpan<byte> stored)
        {
            var value = StoredValue.Bytes(stored);
            return value.Length <= bytesMax ? value.ToArray() : null;
        }
    }

    private static OldValue Header(ReadOnlySpan<byte> stored, int length)
    {
        var deadlineMs = StoredValue.DeadlineMs(stored);
        var valueBytes = length - StoredValue.HeaderBytes(deadlineMs);
        return new OldValue(StoredValue.Revision(stored), deadlineMs, valueBytes);
    }
}
