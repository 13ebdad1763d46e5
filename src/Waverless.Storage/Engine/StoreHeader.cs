using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Format version and incarnation of a key space, written when it is created.</summary>
internal static class StoreHeader
{
    /// <summary>The format that this version writes and the newest that it reads.</summary>
    public const uint FormatVersion = 1;

    private const uint FirstIncarnation = 1;
    private const byte HeaderName = 0;
    private const int KeyBytes = PartitionKeys.PrefixBytes + 1;
    private const int ValueBytes = 2 * sizeof(uint);

    /// <summary>Reads the header, or creates it; returns the incarnation.</summary>
    public static uint Open(IKeyspace keyspace, string place)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key);
        Span<byte> header = stackalloc byte[ValueBytes];
        var length = keyspace.Get(key, header);
        if (length < 0)
        {
            return Create(keyspace, place);
        }

        var format = length == ValueBytes ? BinaryPrimitives.ReadUInt32LittleEndian(header) : 0;
        if (format == 0)
        {
            throw new StorageException(
                StorageError.Corrupted,
                $"storage: {place} has a header of {length} bytes, expected {ValueBytes}"
            );
        }

        return format <= FormatVersion
            ? BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(uint)..])
            : throw new StorageException(
                StorageError.NewerFormat,
                $"storage: {place} has format {format}, expected at most {FormatVersion}: "
                    + "a newer version of Waverless wrote it; run that version or a later one"
            );
    }

    /// <summary>Writes a header, replacing what is there.</summary>
    public static WriteOutcome Write(IKeyspace keyspace, uint format, uint incarnation)
    {
        var batch = new RecordBatch();
        Add(batch, format, incarnation);
        return keyspace.Write(batch, sync: true);
    }

    /// <summary>Adds a header to a batch.</summary>
    public static void Add(RecordBatch batch, uint format, uint incarnation)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key);
        Span<byte> header = stackalloc byte[ValueBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, format);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(uint)..], incarnation);
        batch.Put(key, header);
    }

    private static uint Create(IKeyspace keyspace, string place)
    {
        var outcome = Write(keyspace, FormatVersion, FirstIncarnation);
        return outcome.IsWritten
            ? FirstIncarnation
            : throw new StorageException(
                StorageError.FolderUnusable,
                $"storage: {place} cannot be written: {outcome.Reason}"
            );
    }

    private static void WriteKey(Span<byte> key) =>
        new PartitionKeys(PartitionDirectory.NodeNumber).Prefix(key, KeySpace.Meta)[0] = HeaderName;
}
