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
        IKeyspace keyspace,
        PartitionKeys keys,
        ReadOnlySpan<byte> key,
        IBufferWriter<byte> into
    )
    {
        Span<byte> stack = stackalloc byte[StackBytes];
        var fullBytes = PartitionKeys.PrefixBytes + key.Length;
        var full = fullBytes <= StackBytes / 2 ? stack[..fullBytes] : new byte[fullBytes];
        keys.Value(full, key);
        var buffer = stack[(fullBytes <= StackBytes / 2 ? fullBytes : 0)..];
        var length = keyspace.Get(full, buffer);
        if (length < 0)
        {
            return KvRead.Absent;
        }

        return length <= buffer.Length
            ? Copy(buffer[..length], into)
            : GetLarge(keyspace, full, length, into);
    }

    private static KvRead GetLarge(
        IKeyspace keyspace,
        ReadOnlySpan<byte> full,
        int expected,
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
                    return Copy(rented.AsSpan(0, length), into);
                }

                expected = length;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static KvRead Copy(ReadOnlySpan<byte> stored, IBufferWriter<byte> into)
    {
        var value = stored[StoredValue.HeaderBytes..];
        if (!value.IsEmpty)
        {
            value.CopyTo(into.GetSpan(value.Length));
            into.Advance(value.Length);
        }

        return new KvRead(true, StoredValue.Revision(stored), value.Length);
    }
}
