using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Format version and incarnation of a key space, written when it is created.</summary>
internal static class StoreHeader
{
    /// <summary>
    /// The format that this version writes and the newest that it reads. 1: the first. 2: values
    /// may have a deadline, and there are records of the platform's own; what is in a folder of
    /// format 1 means the same in it. 3: timers and delayed messages are counted; what is not
    /// counted yet is counted when its partition is opened.
    /// </summary>
    public const uint FormatVersion = 3;

    private const uint FirstIncarnation = 1;
    private const byte HeaderName = 0;
    private const int KeyBytes = PartitionKeys.PrefixBytes + 1;
    private const int ValueBytes = 2 * sizeof(uint);

    /// <summary>Reads the header, or creates it; returns the incarnation.</summary>
    /// <param name="keyspace">Where it is.</param>
    /// <param name="place">What to call that in errors.</param>
    /// <param name="upgrade">
    /// Whether an older format is raised to this version's, so that older versions refuse what
    /// they would misread.
    /// </param>
    public static uint Open(IKeyspace keyspace, string place, bool upgrade = true)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key);
        Span<byte> header = stackalloc byte[ValueBytes];
        var length = keyspace.Get(key, header);
        if (length < 0)
        {
            return Put(keyspace, place, FirstIncarnation);
        }

        var format = length == ValueBytes ? BinaryPrimitives.ReadUInt32LittleEndian(header) : 0;
        if (format == 0)
        {
            throw new StorageException(
                StorageError.Corrupted,
                $"storage: {place} has a header of {length} bytes, expected {ValueBytes}"
            );
        }

        if (format > FormatVersion)
        {
            throw new StorageException(
                StorageError.NewerFormat,
                $"storage: {place} has format {format}, expected at most {FormatVersion}: "
                    + "a newer version of Waverless wrote it; run that version or a later one"
            );
        }

        var incarnation = BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(uint)..]);
        return format == FormatVersion || !upgrade
            ? incarnation
            : Put(keyspace, place, incarnation);
    }

    /// <summary>The format that a key space has; 0 if it has no header.</summary>
    public static uint FormatOf(IKeyspace keyspace)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(key);
        Span<byte> header = stackalloc byte[ValueBytes];
        return keyspace.Get(key, header) == ValueBytes
            ? BinaryPrimitives.ReadUInt32LittleEndian(header)
            : 0;
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

    private static uint Put(IKeyspace keyspace, string place, uint incarnation)
    {
        var outcome = Write(keyspace, FormatVersion, incarnation);
        return outcome.IsWritten
            ? incarnation
            : throw new StorageException(
                StorageError.FolderUnusable,
                $"storage: {place} cannot be written: {outcome.Reason}"
            );
    }

    private static void WriteKey(Span<byte> key) =>
        new PartitionKeys(PartitionDirectory.NodeNumber).Prefix(key, KeySpace.Meta)[0] = HeaderName;
}
