using System.Buffers.Binary;

namespace Waverless.Storage.Keyspaces;

/// <summary>
/// Records that are to take effect together, built in managed memory in the form in which RocksDB
/// keeps a write batch: 8 bytes sequence, 4 bytes count, then a tag and length-prefixed strings
/// per record. Handing it over costs one native call however many records it has. Not thread-safe.
/// </summary>
internal sealed class RecordBatch
{
    private const int HeaderBytes = 12;
    private const int CountOffset = 8;
    private const int InitialBytes = 1024;
    private const int KeptBytesMax = (1024 + 256) * 1024;
    private const int RecordOverheadBytesMax = 11;

    private byte[] _buffer = new byte[InitialBytes];
    private int _length = HeaderBytes;

    /// <summary>Count of records.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes so far.</summary>
    public int Bytes => _length;

    /// <summary>The batch in wire form; valid until the next change.</summary>
    public ReadOnlySpan<byte> Encoded
    {
        get
        {
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(CountOffset), Count);
            return _buffer.AsSpan(0, _length);
        }
    }

    /// <summary>Forgets the records; keeps the memory unless it grew large.</summary>
    public void Clear()
    {
        if (_buffer.Length > KeptBytesMax)
        {
            _buffer = new byte[InitialBytes];
        }

        _length = HeaderBytes;
        Count = 0;
    }

    /// <summary>Adds a put; the caller fills both spans before the next call.</summary>
    public Span<byte> Put(int keyBytes, int valueBytes, out Span<byte> value)
    {
        Begin(RecordKind.Put, keyBytes + valueBytes);
        var key = Append(keyBytes);
        value = Append(valueBytes);
        return key;
    }

    /// <summary>Adds a put of given bytes.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        key.CopyTo(Put(key.Length, value.Length, out var to));
        value.CopyTo(to);
    }

    /// <summary>Adds a deletion; the caller fills the key before the next call.</summary>
    public Span<byte> Delete(int keyBytes)
    {
        Begin(RecordKind.Delete, keyBytes);
        return Append(keyBytes);
    }

    /// <summary>Adds the deletion of all keys in [from, to).</summary>
    public void DeleteRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        Begin(RecordKind.DeleteRange, from.Length + to.Length);
        from.CopyTo(Append(from.Length));
        to.CopyTo(Append(to.Length));
    }

    /// <summary>Walks the records that begin at an offset; 0 begins at the first.</summary>
    public RecordReader Read(int fromOffset = 0) =>
        new(_buffer.AsSpan(0, _length), Math.Max(fromOffset, HeaderBytes));

    private void Begin(RecordKind kind, int payloadBytes)
    {
        var needed = _length + payloadBytes + RecordOverheadBytesMax;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }

        _buffer[_length++] = (byte)kind;
        Count++;
    }

    private Span<byte> Append(int bytes)
    {
        var left = (uint)bytes;
        while (left >= 0x80)
        {
            _buffer[_length++] = (byte)(left | 0x80);
            left >>= 7;
        }

        _buffer[_length++] = (byte)left;
        var span = _buffer.AsSpan(_length, bytes);
        _length += bytes;
        return span;
    }
}
