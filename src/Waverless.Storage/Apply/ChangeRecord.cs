using System.Buffers.Binary;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>
/// One record of the change log, as a commit builds it: 8 bytes store time, then the changes in
/// order, each a kind and a length-prefixed key, values up to <see cref="ValueBytesMax"/> with
/// their bytes. Every commit leaves one, also without changes: the newest revision is recovered
/// from the last of them. Not thread-safe.
/// </summary>
internal sealed class ChangeRecord
{
    /// <summary>Longest value that the change log keeps; longer ones are read by key.</summary>
    public const int ValueBytesMax = 4096;

    internal const byte SetByReference = 2;
    internal const byte Expired = 3;
    internal const int TimeBytes = 8;
    private const int InitialBytes = 1024;
    private const int KeptBytesMax = 256 * 1024;

    private byte[] _buffer = new byte[InitialBytes];
    private int _length;

    /// <summary>The record so far.</summary>
    public ReadOnlySpan<byte> Encoded => _buffer.AsSpan(0, _length);

    /// <summary>Starts a record.</summary>
    public void Begin(long storeTimeMs)
    {
        if (_buffer.Length > KeptBytesMax)
        {
            _buffer = new byte[InitialBytes];
        }

        BinaryPrimitives.WriteInt64LittleEndian(_buffer, storeTimeMs);
        _length = TimeBytes;
    }

    /// <summary>Adds that a key got a value.</summary>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (value.Length > ValueBytesMax)
        {
            Append(SetByReference, key, 0);
            return;
        }

        Append((byte)KvChangeKind.Set, key, value.Length + Leb128.BytesMax);
        AppendBytes(value);
    }

    /// <summary>Adds that a key was deleted.</summary>
    public void Delete(ReadOnlySpan<byte> key) => Append((byte)KvChangeKind.Delete, key, 0);

    /// <summary>Adds that a key's deadline had passed.</summary>
    public void Expire(ReadOnlySpan<byte> key) => Append(Expired, key, 0);

    private void Append(byte kind, ReadOnlySpan<byte> key, int moreBytes)
    {
        var needed = _length + 1 + Leb128.BytesMax + key.Length + moreBytes;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }

        _buffer[_length++] = kind;
        AppendBytes(key);
    }

    private void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        _length += Leb128.Write(_buffer.AsSpan(_length), (ulong)bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }
}
