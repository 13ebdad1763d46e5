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

    /// <summary>Set beside the state where the event is to be accepted once.</summary>
    private const byte OnceBit = 0x80;

    /// <summary>Length of the stored form.</summary>
    public static int Bytes(in CommitOperation o) =>
        FixedBytes
        + Leb128.Length((ulong)o.Position.DueMs)
        + Prefixed(o.PeerApp.Length)
        + Leb128.Length((ulong)o.PeerPartition)
        + Prefixed(o.Function.Length)
        + (o.When == EventCondition.RecordWasAbsent ? OnceBytes(o) : 0)
        + o.Value.Length;

    /// <summary>Writes the stored form of an event operation.</summary>
    public static void Write(Span<byte> to, in CommitOperation o)
    {
        var isOnce = o.When == EventCondition.RecordWasAbsent;
        to[0] = isOnce ? (byte)((byte)o.State | OnceBit) : (byte)o.State;
        to[1] = o.Position.Priority;
        to = to[FixedBytes..];
        to = to[Leb128.Write(to, (ulong)o.Position.DueMs)..];
        to = WriteBytes(to, o.PeerApp);
        to = to[Leb128.Write(to, (ulong)o.PeerPartition)..];
        to = WriteBytes(to, o.Function);
        if (isOnce)
        {
            to = WriteBytes(to, o.Key);
            to = to[Leb128.Write(to, (ulong)o.DeadlineMs)..];
            to = WriteBytes(to, o.Fingerprint);
        }

        o.Value.CopyTo(to);
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
            || !TryReadOnce(stored[0], ref rest, out var once)
        )
        {
            throw Malformed();
        }

        return new StoredEvent(position, rest.ToArray())
        {
            Target = new OutboxTarget(
                new PartitionId(Encoding.UTF8.GetString(app), (int)number),
                Encoding.UTF8.GetString(function),
                (EventState)(stored[0] & ~OnceBit),
                (long)dueMs,
                stored[1]
            )
            {
                Once = once,
            },
        };
    }

    private static bool TryReadOnce(
        byte state,
        scoped ref ReadOnlySpan<byte> rest,
        out EventOnce? once
    )
    {
        once = null;
        if ((state & OnceBit) == 0)
        {
            return true;
        }

        if (
            !Leb128.TryReadBytes(ref rest, out var key)
            || !Leb128.TryRead(ref rest, out var lifetimeMs)
            || lifetimeMs is 0 or > long.MaxValue
            || !Leb128.TryReadBytes(ref rest, out var fingerprint)
        )
        {
            return false;
        }

        once = new EventOnce(key.ToArray(), (long)lifetimeMs, fingerprint.ToArray());
        return true;
    }

    private static Span<byte> WriteBytes(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        to = to[Leb128.Write(to, (ulong)bytes.Length)..];
        bytes.CopyTo(to);
        return to[bytes.Length..];
    }

    private static int OnceBytes(in CommitOperation o) =>
        Prefixed(o.Key.Length)
        + Leb128.Length((ulong)o.DeadlineMs)
        + Prefixed(o.Fingerprint.Length);

    private static int Prefixed(int bytes) => Leb128.Length((ulong)bytes) + bytes;

    private static StorageException Malformed() =>
        new(StorageError.Corrupted, "storage: a record of the outbox is malformed");
}
