using System.Buffers.Binary;

namespace Waverless.Kv;

/// <summary>
/// Where blobs are among the platform's own records: <c>blob/c/</c> id, number of the chunk;
/// <c>blob/o/</c> id, with the key that the blob was written for; and <c>blob/x/</c> id for one
/// whose chunks are being deleted. The prefixes are part of the disk format.
/// </summary>
internal static class BlobKeys
{
    /// <summary>Bytes of an id.</summary>
    public const int IdBytes = 16;

    private static ReadOnlySpan<byte> ChunkPrefix => "blob/c/"u8;

    private static ReadOnlySpan<byte> DoomedPrefix => "blob/x/"u8;

    private static ReadOnlySpan<byte> OwnerPrefix => "blob/o/"u8;

    /// <summary>Whether a system record is a chunk.</summary>
    public static bool IsChunk(ReadOnlySpan<byte> key) => key.StartsWith(ChunkPrefix);

    /// <summary>The key of a chunk.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> id, uint number)
    {
        var key = new byte[ChunkPrefix.Length + IdBytes + sizeof(uint)];
        ChunkPrefix.CopyTo(key);
        id.CopyTo(key.AsSpan(ChunkPrefix.Length));
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(ChunkPrefix.Length + IdBytes), number);
        return key;
    }

    /// <summary>All chunks of a blob.</summary>
    public static KvRange Chunks(ReadOnlySpan<byte> id) =>
        KvRange.Prefix(new KvKey((byte[])[.. ChunkPrefix, .. id]));

    /// <summary>The key of the record that says whose a blob is.</summary>
    public static byte[] Owner(ReadOnlySpan<byte> id) => [.. OwnerPrefix, .. id];

    /// <summary>The key of the record that says that nobody has a blob any more.</summary>
    public static byte[] Doomed(ReadOnlySpan<byte> id) => [.. DoomedPrefix, .. id];

    /// <summary>The records that say whose the blobs are.</summary>
    public static KvRange Owners() => KvRange.Prefix(new KvKey(OwnerPrefix.ToArray()));

    /// <summary>The blobs whose chunks are to be deleted.</summary>
    public static KvRange AllDoomed() => KvRange.Prefix(new KvKey(DoomedPrefix.ToArray()));

    /// <summary>The id in the key of an owner's record or a doomed one's.</summary>
    public static KvKey IdOf(KvKey record) => new(record.Utf8[OwnerPrefix.Length..]);
}
