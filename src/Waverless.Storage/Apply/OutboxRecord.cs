using System.Text;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>
/// An event on its way to another partition, as the outbox keeps it: where it goes in front of the
/// encoded record.
/// </summary>
internal static class OutboxRecord
{
    private const int FixedBytes = 2;

    /// <summary>Length of the stored form.</summary>
    public static int Bytes(in CommitOperation o) =>
        FixedBytes
        + Leb128.Length((ulong)o.Position.DueMs)
        + Prefixed(o.PeerApp.Length)
        + Leb128.Length((ulong)o.PeerPartition)
        + Prefixed(o.Function.Length)
        + o.Value.Length;

    /// <summary>Writes the stored form of an event operation.</summary>
    public static void Write(Span<byte> to, in CommitOperation o)
    {
        to[0] = (byte)o.State;
        to[1] = o.Position.Priority;
        to = to[FixedBytes..];
        to = to[Leb128.Write(to, (ulong)o.Position.DueMs)..];
        to = to[Leb128.Write(to, (ulong)o.PeerApp.Length)..];
        o.PeerApp.CopyTo(to);
        to = to[o.PeerApp.Length..];
        to = to[Leb128.Write(to, (ulong)o.PeerPartition)..];
        to = to[Leb128.Write(to, (ulong)o.Function.Length)..];
        o.Function.CopyTo(to);
        o.Value.CopyTo(to[o.Function.Length..]);
    }

    /// <summary>Reads the stored form; copies what it keeps.</summary>
    public static StoredEvent Read(EventPosition position, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < FixedBytes)
        {
            throw Malformed();
        }

        var rest = stored[FixedBytes..];
        if (
            !Leb128.TryRead(ref rest, out var dueMs)
            || !Leb128.TryReadBytes(ref rest, out var app)
            || !Leb128.TryRead(ref rest, out var number)
            || !Leb128.TryReadBytes(ref rest, out var function)
            || number >= PartitionId.CountMax
        )
        {
            throw Malformed();
        }

        return new StoredEvent(position, rest.ToArray())
        {
            Target = new OutboxTarget(
                new PartitionId(Encoding.UTF8.GetString(app), (int)number),
                Encoding.UTF8.GetString(function),
                (EventState)stored[0],
                (long)dueMs,
                stored[1]
            ),
        };
    }

    private static int Prefixed(int bytes) => Leb128.Length((ulong)bytes) + bytes;

    private static StorageException Malformed() =>
        new(StorageError.Corrupted, "storage: a record of the outbox is malformed");
}
