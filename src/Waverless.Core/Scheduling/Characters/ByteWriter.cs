using System.Buffers.Binary;
using Waverless.Kv;

namespace Waverless.Scheduling.Characters;

/// <summary>Writes into a given room, and says when it is full.</summary>
internal ref struct ByteWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes written; may be set back.</summary>
    public int Position { get; set; }

    public bool TryByte(byte value)
    {
        if (Position == _room.Length)
        {
            return false;
        }

        _room[Position++] = value;
        return true;
    }

    public bool TryNumber(ulong value)
    {
        Span<byte> bytes = stackalloc byte[Leb128.BytesMax];
        var length = Leb128.Write(bytes, value);
        return TryCopy(bytes[..length]);
    }

    public bool TryHash(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return TryCopy(bytes);
    }

    public bool TrySingle(float value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return TryCopy(bytes);
    }

    private bool TryCopy(scoped ReadOnlySpan<byte> bytes)
    {
        if (_room.Length - Position < bytes.Length)
        {
            return false;
        }

        bytes.CopyTo(_room[Position..]);
        Position += bytes.Length;
        return true;
    }
}
