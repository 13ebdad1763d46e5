using System.Buffers.Binary;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>What the keys and blobs of a partition take.</summary>
/// <param name="Keys">Count of the app's keys.</param>
/// <param name="Bytes">Bytes of keys, values and chunks of blobs, before compression.</param>
internal readonly record struct Usage(long Keys, long Bytes)
{
    private const int ValueBytes = 2 * sizeof(long);

    /// <summary>Reads what is kept in step with every commit; null if nobody has asked yet.</summary>
    public static Usage? Load(IKeyspaceView keyspace, PartitionKeys keys)
    {
        Span<byte> key = stackalloc byte[PartitionKeys.PrefixBytes];
        keys.Prefix(key, KeySpace.Usage);
        Span<byte> value = stackalloc byte[ValueBytes];
        return keyspace.Get(key, value) == ValueBytes ? Read(value) : null;
    }

    /// <summary>Reads a stored record.</summary>
    public static Usage Read(ReadOnlySpan<byte> value) =>
        new(
            BinaryPrimitives.ReadInt64LittleEndian(value),
            BinaryPrimitives.ReadInt64LittleEndian(value[sizeof(long)..])
        );

    /// <summary>Counts by walking over everything.</summary>
    public static Usage Count(IKeyspaceView keyspace, PartitionKeys keys)
    {
        var usage = default(Usage);
        foreach (var space in (ReadOnlySpan<KeySpace>)[KeySpace.Values, KeySpace.Records])
        {
            using var cursor = KeyspaceScan.Open(keyspace, keys, space);
            while (cursor.MoveNext())
            {
                usage = usage.With(space, cursor.Key[PartitionKeys.PrefixBytes..], cursor.Value);
            }
        }

        return usage;
    }

    /// <summary>Adds a stored record, if it is one that counts.</summary>
    public Usage With(KeySpace space, ReadOnlySpan<byte> key, ReadOnlySpan<byte> stored)
    {
        var bytes = key.Length + StoredValue.Bytes(stored).Length;
        return space switch
        {
            KeySpace.Values => new Usage(Keys + 1, Bytes + bytes),
            KeySpace.Records when Kv.BlobKeys.IsChunk(key) => this with { Bytes = Bytes + bytes },
            _ => this,
        };
    }

    /// <summary>Writes it into a batch.</summary>
    public void Write(RecordBatch batch, PartitionKeys keys)
    {
        keys.Prefix(
            batch.Put(PartitionKeys.PrefixBytes, ValueBytes, out var value),
            KeySpace.Usage
        );
        BinaryPrimitives.WriteInt64LittleEndian(value, Keys);
        BinaryPrimitives.WriteInt64LittleEndian(value[sizeof(long)..], Bytes);
    }
}
