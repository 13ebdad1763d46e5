using System.Buffers.Binary;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>Walks a record of the change log; malformed bytes are a typed error.</summary>
internal ref struct ChangeRecordReader(ReadOnlySpan<byte> record)
{
    private ReadOnlySpan<byte> _rest =
        record.Length >= ChangeRecord.TimeBytes
            ? record[ChangeRecord.TimeBytes..]
            : throw Malformed();

    /// <summary>The store time of the commit, Unix milliseconds.</summary>
    public long StoreTimeMs { get; } = BinaryPrimitives.ReadInt64LittleEndian(record);

    /// <summary>What happened to the current key.</summary>
    public KvChangeKind Kind { get; private set; }

    /// <summary>The current key.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>The value that was set, if the log keeps it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether the log keeps the value.</summary>
    public bool HasValue { get; private set; }

    /// <summary>Moves to the next change; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var kind = _rest[0];
        _rest = _rest[1..];
        if (kind > ChangeRecord.Expired || !Leb128.TryReadBytes(ref _rest, out var key))
        {
            throw Malformed();
        }

        Key = key;
        HasValue = kind == (byte)KvChangeKind.Set;
        Kind = kind switch
        {
            (byte)KvChangeKind.Delete => KvChangeKind.Delete,
            ChangeRecord.Expired => KvChangeKind.Expire,
            _ => KvChangeKind.Set,
        };
        Value = default;
        if (HasValue)
        {
            if (!Leb128.TryReadBytes(ref _rest, out var value))
            {
                throw Malformed();
            }

            Value = value;
        }

        return true;
    }

    private static StorageException Malformed() =>
        new(StorageError.Corrupted, "storage: a record of the change log is malformed");
}
