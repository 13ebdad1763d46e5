namespace Waverless.Storage.Keyspaces;

/// <summary>Walks the records of a <see cref="RecordBatch"/> that this process built.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> batch, int offset)
{
    private readonly ReadOnlySpan<byte> _batch = batch;

    /// <summary>Where the next record begins.</summary>
    public int Offset { get; private set; } = offset;

    /// <summary>Kind of the current record.</summary>
    public RecordKind Kind { get; private set; }

    /// <summary>Key of the current record.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Value of a put; end of a deleted range; else empty.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next record; false at the end.</summary>
    public bool MoveNext()
    {
        if (Offset >= _batch.Length)
        {
            return false;
        }

        Kind = (RecordKind)_batch[Offset++];
        Key = ReadBytes();
        Value = Kind == RecordKind.Delete ? default : ReadBytes();
        return true;
    }

    private ReadOnlySpan<byte> ReadBytes()
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = _batch[Offset++];
            length |= (b & 0x7F) << shift;
            if (b < 0x80)
            {
                break;
            }
        }

        var bytes = _batch.Slice(Offset, length);
        Offset += length;
        return bytes;
    }
}
