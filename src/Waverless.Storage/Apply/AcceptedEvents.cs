using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Which events of other partitions' outboxes were taken over, so that each is taken once. Of
/// every source the latest are remembered one by one; what is older than those counts as taken.
/// Senders go in order, so an event that was never offered cannot be that old. Not thread-safe.
/// </summary>
internal sealed class AcceptedEvents
{
    /// <summary>
    /// How many of a source's latest events are remembered at least; how far out of order they may
    /// arrive.
    /// </summary>
    public const int KeptPerSource = 1024;

    /// <summary>Longest app name in bytes; its length must fit in one byte.</summary>
    public const int AppBytesMax = 255;

    private const byte FloorKind = 0;
    private const byte NoteKind = 1;
    private const int SequenceBytes = sizeof(ulong) + sizeof(int);
    private const int SourceBytesMax = 1 + AppBytesMax + 1;
    private const int KeyBytesMax = PartitionKeys.PrefixBytes + 1 + SourceBytesMax + SequenceBytes;

    private readonly Dictionary<byte[], Source> _sources = new(SpanKeyComparer.Instance);
    private readonly Dictionary<byte[], Source>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    private AcceptedEvents() => _bySpan = _sources.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Loads what a partition has taken.</summary>
    public static AcceptedEvents Load(IKeyspace keyspace, PartitionKeys keys)
    {
        var accepted = new AcceptedEvents();
        using var cursor = KeyspaceScan.Open(keyspace, keys, KeySpace.Accepted);
        while (cursor.MoveNext())
        {
            var key = cursor.Key[PartitionKeys.PrefixBytes..];
            if (key[0] == FloorKind)
            {
                accepted.SourceOf(key[1..]).Floor = Sequence.Read(cursor.Value);
            }
            else
            {
                accepted
                    .SourceOf(key[1..^SequenceBytes])
                    .Notes.Add(Sequence.Read(key[^SequenceBytes..]));
            }
        }

        return accepted;
    }

    /// <summary>Notes an event; false if it was taken before.</summary>
    public bool TryAdd(RecordBatch batch, PartitionKeys keys, in CommitOperation o)
    {
        Span<byte> name = stackalloc byte[SourceBytesMax];
        name[0] = (byte)o.PeerApp.Length;
        o.PeerApp.CopyTo(name[1..]);
        name[1 + o.PeerApp.Length] = (byte)o.PeerPartition;
        name = name[..(2 + o.PeerApp.Length)];
        var source = SourceOf(name);
        var sequence = new Sequence(o.Position.Revision, o.Position.Ordinal);
        if (!source.TryAdd(sequence))
        {
            return false;
        }

        Span<byte> key = stackalloc byte[KeyBytesMax];
        batch.Put(Note(key, keys, name, sequence), default);
        if (source.Notes.Count >= 2 * KeptPerSource)
        {
            Prune(batch, keys, name, source);
        }

        return true;
    }

    /// <summary>Forgets the older half of a source's notes and raises its floor over them.</summary>
    private static void Prune(
        RecordBatch batch,
        PartitionKeys keys,
        ReadOnlySpan<byte> name,
        Source source
    )
    {
        var count = source.Notes.Count - KeptPerSource;
        Span<byte> from = stackalloc byte[KeyBytesMax];
        Span<byte> to = stackalloc byte[KeyBytesMax];
        batch.DeleteRange(
            Note(from, keys, name, source.Notes[0]),
            Note(to, keys, name, source.Notes[count])
        );
        source.Floor = source.Notes[count - 1];
        source.Notes.RemoveRange(0, count);
        var key = batch.Put(
            PartitionKeys.PrefixBytes + 1 + name.Length,
            SequenceBytes,
            out var value
        );
        var rest = keys.Prefix(key, KeySpace.Accepted);
        rest[0] = FloorKind;
        name.CopyTo(rest[1..]);
        source.Floor.Write(value);
    }

    private static Span<byte> Note(
        Span<byte> to,
        PartitionKeys keys,
        ReadOnlySpan<byte> name,
        Sequence sequence
    )
    {
        var rest = keys.Prefix(to, KeySpace.Accepted);
        rest[0] = NoteKind;
        name.CopyTo(rest[1..]);
        sequence.Write(rest[(1 + name.Length)..]);
        return to[..(PartitionKeys.PrefixBytes + 1 + name.Length + SequenceBytes)];
    }

    private Source SourceOf(ReadOnlySpan<byte> name)
    {
        if (!_bySpan.TryGetValue(name, out var source))
        {
            _bySpan[name] = source = new Source();
        }

        return source;
    }

    private readonly record struct Sequence(ulong Revision, int Ordinal) : IComparable<Sequence>
    {
        public static Sequence Read(ReadOnlySpan<byte> from) =>
            new(
                BinaryPrimitives.ReadUInt64BigEndian(from),
                BinaryPrimitives.ReadInt32BigEndian(from[sizeof(ulong)..])
            );

        public void Write(Span<byte> to)
        {
            BinaryPrimitives.WriteUInt64BigEndian(to, Revision);
            BinaryPrimitives.WriteInt32BigEndian(to[sizeof(ulong)..], Ordinal);
        }

        public int CompareTo(Sequence other) =>
            (Revision, Ordinal).CompareTo((other.Revision, other.Ordinal));
    }

    private sealed class Source
    {
        /// <summary>Everything up to here counts as taken.</summary>
        public Sequence Floor { get; set; } = new(0, -1);

        /// <summary>What was taken above the floor, ascending.</summary>
        public List<Sequence> Notes { get; } = [];

        public bool TryAdd(Sequence sequence)
        {
            if (sequence.CompareTo(Floor) <= 0)
            {
                return false;
            }

            var index = Notes.BinarySearch(sequence);
            if (index >= 0)
            {
                return false;
            }

            Notes.Insert(~index, sequence);
            return true;
        }
    }
}
