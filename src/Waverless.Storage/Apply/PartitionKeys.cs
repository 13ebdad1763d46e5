using System.Buffers.Binary;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>
/// Keys of one partition in the node's key space: 4 bytes number (big-endian), 1 byte
/// <see cref="KeySpace"/>, then what the space orders by. Numbers within keys are big-endian, so
/// that byte order is number order.
/// </summary>
/// <param name="number">
/// Number of the partition on this node; not the app's partition number.
/// </param>
internal readonly struct PartitionKeys(uint number)
{
    /// <summary>Bytes before the part that differs within a space.</summary>
    public const int PrefixBytes = 5;

    /// <summary>Bytes of an encoded position.</summary>
    public const int PositionBytes = 21;

    /// <summary>Longest function name in bytes; its length must fit in one byte.</summary>
    public const int FunctionBytesMax = 255;

    /// <summary>The partition's number on this node.</summary>
    public uint Number { get; } = number;

    /// <summary>Writes the prefix of a space; returns the rest of the key.</summary>
    public Span<byte> Prefix(Span<byte> key, KeySpace space)
    {
        BinaryPrimitives.WriteUInt32BigEndian(key, Number);
        key[4] = (byte)space;
        return key[PrefixBytes..];
    }

    /// <summary>Where the keys of an area are.</summary>
    public static KeySpace SpaceOf(KeyArea area) =>
        area == KeyArea.Data ? KeySpace.Values : KeySpace.Records;

    /// <summary>Writes the key of a value.</summary>
    public void Value(Span<byte> to, KeyArea area, ReadOnlySpan<byte> key) =>
        key.CopyTo(Prefix(to, SpaceOf(area)));

    /// <summary>Length of the key of a deadline.</summary>
    public static int DeadlineBytes(ReadOnlySpan<byte> key) =>
        PrefixBytes + sizeof(long) + 1 + key.Length;

    /// <summary>Writes the key of a deadline: in order of time, then of area and key.</summary>
    public void Deadline(Span<byte> to, long deadlineMs, KeyArea area, ReadOnlySpan<byte> key)
    {
        var rest = Prefix(to, KeySpace.Deadlines);
        BinaryPrimitives.WriteUInt64BigEndian(rest, (ulong)deadlineMs);
        rest[sizeof(long)] = (byte)area;
        key.CopyTo(rest[(sizeof(long) + 1)..]);
    }

    /// <summary>Writes the key of a change log record.</summary>
    public void ChangeLog(Span<byte> to, ulong revision) =>
        BinaryPrimitives.WriteUInt64BigEndian(Prefix(to, KeySpace.ChangeLog), revision);

    /// <summary>Writes the key of a client's command slot.</summary>
    public void Command(Span<byte> to, ulong client, byte slot)
    {
        var rest = Prefix(to, KeySpace.Commands);
        BinaryPrimitives.WriteUInt64BigEndian(rest, client);
        rest[8] = slot;
    }

    /// <summary>Length of the key of a function in the registry.</summary>
    public static int FunctionBytes(ReadOnlySpan<byte> function) =>
        PrefixBytes + 1 + function.Length;

    /// <summary>Writes the key of a function in the registry.</summary>
    public void Function(Span<byte> to, EventState state, ReadOnlySpan<byte> function)
    {
        var rest = Prefix(to, KeySpace.Functions);
        rest[0] = (byte)state;
        function.CopyTo(rest[1..]);
    }

    /// <summary>Length of the prefix shared by a function's records of one state.</summary>
    public static int EventPrefixBytes(ReadOnlySpan<byte> function) =>
        PrefixBytes + 2 + function.Length;

    /// <summary>Length of the key of an event record.</summary>
    public static int EventBytes(ReadOnlySpan<byte> function) =>
        EventPrefixBytes(function) + PositionBytes;

    /// <summary>Writes the prefix of a function's records of one state; returns the rest.</summary>
    public Span<byte> EventPrefix(Span<byte> to, EventState state, ReadOnlySpan<byte> function)
    {
        var rest = Prefix(to, KeySpace.Events);
        rest[0] = (byte)state;
        rest[1] = (byte)function.Length;
        function.CopyTo(rest[2..]);
        return rest[(2 + function.Length)..];
    }

    /// <summary>Writes the key of an event record.</summary>
    public void Event(
        Span<byte> to,
        EventState state,
        ReadOnlySpan<byte> function,
        EventPosition position
    ) => WritePosition(EventPrefix(to, state, function), Canonical(state, position));

    /// <summary>Writes a position so that byte order is running order.</summary>
    public static void WritePosition(Span<byte> to, EventPosition position)
    {
        BinaryPrimitives.WriteUInt64BigEndian(to, (ulong)position.DueMs);
        to[8] = position.Priority;
        BinaryPrimitives.WriteUInt64BigEndian(to[9..], position.Revision);
        BinaryPrimitives.WriteInt32BigEndian(to[17..], position.Ordinal);
    }

    /// <summary>Reads what <see cref="WritePosition"/> wrote.</summary>
    public static EventPosition ReadPosition(ReadOnlySpan<byte> from) =>
        new(
            (long)BinaryPrimitives.ReadUInt64BigEndian(from),
            from[8],
            BinaryPrimitives.ReadUInt64BigEndian(from[9..]),
            BinaryPrimitives.ReadInt32BigEndian(from[17..])
        );

    /// <summary>
    /// The position that a record of a state is stored at: only due and delayed ones are ordered by time,
    /// and the outbox keeps the order of creation.
    /// </summary>
    public static EventPosition Canonical(EventState state, EventPosition position) =>
        state switch
        {
            EventState.Due or EventState.Delayed => position,
            EventState.Outbox => position with { DueMs = 0, Priority = 0 },
            _ => position with { DueMs = 0 },
        };
}
