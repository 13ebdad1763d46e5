namespace Waverless.Transport.Protocol;

/// <summary>
/// Reads the protobuf encoding of a header: field by field, in any order, unknown ones skipped.
/// Never throws: what is not protobuf sets <see cref="IsMalformed"/> and ends the reading.
/// </summary>
internal ref struct HeaderReader(ReadOnlySpan<byte> header)
{
    public const uint VarintType = 0;
    public const uint Fixed64Type = 1;
    public const uint BytesType = 2;
    public const uint Fixed32Type = 5;
    private const int VarintBytesMax = 10;

    private ReadOnlySpan<byte> _rest = header;

    public bool IsMalformed { get; private set; }

    /// <summary>The value of the current field, if it is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of the current field, if it is bytes or text.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the current field is bytes or text.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>Moves to the next field; 0: there is none.</summary>
    public int Next()
    {
        if (_rest.IsEmpty || !TryVarint(out var tag))
        {
            return 0;
        }

        var field = tag >> 3;
        IsBytes = (tag & 7) == BytesType;
        Bytes = default;
        Number = 0;
        var isRead =
            field is > 0 and <= 0x1FFFFFFF
            && (tag & 7) switch
            {
                VarintType => TryNumber(),
                Fixed64Type => TrySkip(sizeof(ulong)),
                Fixed32Type => TrySkip(sizeof(uint)),
                BytesType => TryBytes(),
                _ => false,
            };
        IsMalformed |= !isRead;
        return isRead ? (int)field : 0;
    }

    private bool TryNumber()
    {
        var isRead = TryVarint(out var value);
        Number = value;
        return isRead;
    }

    private bool TryBytes()
    {
        if (!TryVarint(out var length) || length > (ulong)_rest.Length)
        {
            return false;
        }

        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TrySkip(int length)
    {
        if (_rest.Length < length)
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var index = 0; index < VarintBytesMax && index < _rest.Length; index++)
        {
            value |= (ulong)(_rest[index] & 0x7F) << (7 * index);
            if (_rest[index] < 0x80)
            {
                _rest = _rest[(index + 1)..];
                return true;
            }
        }

        IsMalformed = true;
        return false;
    }
}
