using System.Buffers.Binary;
using System.Text;

namespace Harness.Storage;

/// <summary>
/// The records that one commit of the product writes, byte for byte in size: the value with its
/// revision, the change log's record and, if a function is triggered, the event's record.
/// </summary>
public sealed class CommitRecords(byte[] value, string function)
{
    private const int EventBytes = 72;
    private readonly byte[] _key = new byte[256];
    private readonly byte[] _stored = [.. new byte[9], .. value];
    private readonly byte[] _logKey = new byte[13];
    private readonly byte[] _log = new byte[8 + 1 + 1 + 64 + 2 + value.Length];
    private readonly byte[] _eventKey =
    [
        .. new byte[7],
        .. Encoding.UTF8.GetBytes(function),
        .. new byte[21],
    ];
    private readonly byte[] _event = new byte[EventBytes + 64];
    private ulong _revision;

    /// <summary>Adds the value and the change log's record.</summary>
    public void AddPut(BareBatch to, ReadOnlySpan<byte> key)
    {
        _revision++;
        AddValue(to, key);
        BinaryPrimitives.WriteUInt64BigEndian(_logKey.AsSpan(5), _revision);
        key.CopyTo(_log.AsSpan(10));
        value.CopyTo(_log.AsSpan(10 + key.Length + 1));
        var length = 10 + key.Length + 1 + value.Length;
        to.Add(_logKey, _log.AsSpan(0, length));
    }

    /// <summary>Adds the value and the event's record, nothing else.</summary>
    public void AddPutAndEvent(BareBatch to, ReadOnlySpan<byte> key)
    {
        _revision++;
        AddValue(to, key);
        BinaryPrimitives.WriteUInt64BigEndian(_eventKey.AsSpan(_eventKey.Length - 12), _revision);
        key.CopyTo(_event.AsSpan(EventBytes + 1));
        to.Add(_eventKey, _event.AsSpan(0, EventBytes + 5 + key.Length));
    }

    private void AddValue(BareBatch to, ReadOnlySpan<byte> key)
    {
        key.CopyTo(_key.AsSpan(5));
        BinaryPrimitives.WriteUInt64LittleEndian(_stored.AsSpan(1), _revision);
        to.Add(_key.AsSpan(0, 5 + key.Length), _stored);
    }
}
