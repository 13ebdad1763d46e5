using System.Buffers;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Reads single values of a partition.</summary>
internal static class ValueReader
{
    private const int StackBytes = 1024;

    /// <summary>Reads a value into a writer.</summary>
    public static KvRead Get(
        IKeyspaceView keyspace,
        PartitionKeys keys,
        KeyArea area,
        ReadOnlySpan<byte> key,
        in ReadTime time,
        IBufferWriter<byte> into
    )
    {
        Span<byte> stack = stackalloc byte[StackBytes];
        var fullBytes = PartitionKeys.PrefixBytes + key.Length;
        var full = fullBytes <= StackBytes / 2 ? stack[..fullBytes] : new byte[fullBytes];
        keys.Value(full, area, key);
        var buffer = stack[(fullBytes <= StackBytes / 2 ? fullBytes : 0)..];
        var length = keyspace.Get(full, buffer);
        if (length < 0)
        {
            return KvRead.Absent;
        }

        return length <= buffer.Length
            ? Copy(buffer[..length], time, into)
            : GetLarge(keyspace, full, length, time, into);
    }

    private static KvRead GetLarge(
        IKeyspaceView keyspace,
        ReadOnlySpan<byte> full,
        int expected,
        in ReadTime time,
        IBufferWriter<byte> into
    )
    {
        while (true)
        {
            var rented = ArrayPool<byte>.Shared.Rent(expected);
            try
            {
                // The value may have been replaced since its length was read.
                var length = keyspace.Get(full, rented);
                if (length < 0)
                {
                    return KvRead.Absent;
                }

                if (length <= rented.Length)
                {
                    return Copy(rented.AsSpan(0, length), time, into);
                }

                expected = length;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static KvRead Copy(
        ReadOnlySpan<byte> stored,
        in ReadTime time,
        IBufferWriter<byte> into
    )
    {
        var deadlineMs = StoredValue.DeadlineMs(stored);
        if (time.HasPassed(deadlineMs))
        {
            return KvRead.Absent;
        }

        var value = StoredValue.Bytes(stored);
        if (!value.IsEmpty)
        {
            value.CopyTo(into.GetSpan(value.Length));
            into.Advance(value.Length);
        }

        return new KvRead(true, StoredValue.Revision(stored), value.Length, deadlineMs);
    }
}
