using System.Buffers.Binary;

namespace Waverless.Kv;

/// <summary>
/// What stands in a key's value for a blob: a mark (8 bytes), version (1), length of the blob (8),
/// bytes of a chunk (4), id (16); numbers are little-endian.
/// </summary>
internal readonly record struct BlobDescriptor(KvKey Id, long Length, int ChunkBytes)
{
    public const int EncodedBytes = 8 + 1 + sizeof(long) + sizeof(int) + BlobKeys.IdBytes;

    private const byte Version = 1;

    // No text and no JSON begins like this.
    private static ReadOnlySpan<byte> Mark =>
        [0xFF, 0x00, (byte)'w', (byte)'v', (byte)'b', (byte)'l', (byte)'o', (byte)'b'];

    public byte[] Encode()
    {
        var bytes = new byte[EncodedBytes];
        Mark.CopyTo(bytes);
        bytes[8] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(17), ChunkBytes);
        Id.Span.CopyTo(bytes.AsSpan(21));
        return bytes;
    }

    /// <summary>Reads a value; null if it is not a descriptor.</summary>
    public static BlobDescriptor? Decode(ReadOnlySpan<byte> value)
    {
        if (value.Length != EncodedBytes || !value.StartsWith(Mark) || value[8] != Version)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(value[9..]);
        var chunkBytes = BinaryPrimitives.ReadInt32LittleEndian(value[17..]);
        return length >= 0 && chunkBytes > 0
            ? new BlobDescriptor(new KvKey(value[21..].ToArray()), length, chunkBytes)
            : null;
    }
}
