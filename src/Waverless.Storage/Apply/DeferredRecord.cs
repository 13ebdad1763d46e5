using System.Buffers.Binary;
using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;
using Waverless.Timers;

namespace Waverless.Storage.Apply;

/// <summary>The stored count of what a partition keeps for later.</summary>
internal static class DeferredRecord
{
    private const int ValueBytes = 3 * sizeof(long);

    /// <summary>
    /// Reads the count, or makes it by walking over what an earlier version has left uncounted.
    /// </summary>
    public static DeferredCounts Load(IKeyspaceView keyspace, PartitionKeys keys)
    {
        Span<byte> key = stackalloc byte[PartitionKeys.PrefixBytes];
        keys.Prefix(key, KeySpace.Deferred);
        Span<byte> value = stackalloc byte[ValueBytes];
        return keyspace.Get(key, value) == ValueBytes && Read(value) is { } stored
            ? stored
            : Count(keyspace, keys);
    }

    /// <summary>Reads a stored record; null on malformed bytes.</summary>
    public static DeferredCounts? Read(ReadOnlySpan<byte> value) =>
        value.Length == ValueBytes
            ? new DeferredCounts(
                BinaryPrimitives.ReadInt64LittleEndian(value),
                BinaryPrimitives.ReadInt64LittleEndian(value[sizeof(long)..]),
                BinaryPrimitives.ReadInt64LittleEndian(value[(2 * sizeof(long))..])
            )
            : null;

    /// <summary>Writes it into a batch.</summary>
    public static void Write(RecordBatch batch, PartitionKeys keys, in DeferredCounts counts)
    {
        keys.Prefix(
            batch.Put(PartitionKeys.PrefixBytes, ValueBytes, out var value),
            KeySpace.Deferred
        );
        BinaryPrimitives.WriteInt64LittleEndian(value, counts.Timers);
        BinaryPrimitives.WriteInt64LittleEndian(value[sizeof(long)..], counts.Messages);
        BinaryPrimitives.WriteInt64LittleEndian(value[(2 * sizeof(long))..], counts.Keys);
    }

    /// <summary>What a key of the app or the platform counts for.</summary>
    public static DeferredCounts OfValue(KeyArea area, ReadOnlySpan<byte> key) =>
        area != KeyArea.System ? default
        : TimerKeys.IsTimer(key) ? new(1, 0)
        : IdempotencyScope.IsOne(key) ? new(0, 0, 1)
        : default;

    /// <summary>What an event counts for, by its key behind the prefix.</summary>
    public static DeferredCounts OfEvent(ReadOnlySpan<byte> key) =>
        !key.IsEmpty && key[0] == (byte)EventState.Delayed ? new(0, 1) : default;

    private static DeferredCounts Count(IKeyspaceView keyspace, PartitionKeys keys)
    {
        var from = new byte[PartitionKeys.PrefixBytes + 1];
        keys.Prefix(from, KeySpace.Events)[0] = (byte)EventState.Delayed;
        return new DeferredCounts(
            CountRecords(keyspace, keys, TimerKeys.All),
            Count(keyspace, from),
            CountRecords(keyspace, keys, "idempotency/"u8)
        );
    }

    private static long CountRecords(
        IKeyspaceView keyspace,
        PartitionKeys keys,
        ReadOnlySpan<byte> prefix
    )
    {
        var from = new byte[PartitionKeys.PrefixBytes + prefix.Length];
        keys.Value(from, KeyArea.System, prefix);
        return Count(keyspace, from);
    }

    private static long Count(IKeyspaceView keyspace, byte[] from)
    {
        var to = from.ToArray();
        to[^1]++;
        var count = 0L;
        using var cursor = keyspace.OpenCursor(from, to);
        while (cursor.MoveNext())
        {
            count++;
        }

        return count;
    }
}
