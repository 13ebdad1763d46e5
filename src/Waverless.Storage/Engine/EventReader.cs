using System.Text;
using Waverless.Events;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Reads event records of a partition after a restart or a spill.</summary>
internal sealed class EventReader(IKeyspace keyspace, PartitionKeys keys)
{
    /// <summary>Reads records of one function in running order.</summary>
    public List<StoredEvent> Read(EventQuery query, EventPosition after, int limit)
    {
        var found = new List<StoredEvent>();
        long bytesLeft = Math.Max(1, query.BytesMax);
        var function = Encoding.UTF8.GetBytes(query.Function);
        foreach (var lane in Lanes(query.State))
        {
            if (
                bytesLeft <= 0
                || found.Count >= limit
                || !lane.Function.AsSpan().SequenceEqual(function)
            )
            {
                continue;
            }

            ReadLane(found, query.State, lane, after, limit, ref bytesLeft);
        }

        return found;
    }

    /// <summary>Names the functions that have records of a state.</summary>
    public List<string> Functions(EventState state)
    {
        var names = new List<string>();
        var probe = new List<StoredEvent>();
        foreach (var lane in Lanes(state))
        {
            var name = Encoding.UTF8.GetString(lane.Function);
            if (names.Contains(name))
            {
                continue;
            }

            probe.Clear();
            long bytesLeft = 1;
            ReadLane(probe, state, lane, default, 1, ref bytesLeft);
            if (probe.Count > 0)
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>
    /// The records of a state, lane by lane: from its cursor to its end, so that nobody walks over
    /// what is done.
    /// </summary>
    public List<(byte[] From, byte[] To)> Ranges(EventState state)
    {
        var ranges = new List<(byte[] From, byte[] To)>();
        foreach (var lane in Lanes(state))
        {
            ranges.Add(RangeOf(state, lane));
        }

        return ranges;
    }

    /// <summary>
    /// Lanes of a state: by priority, then function, as the registry orders them.
    /// </summary>
    private List<Lane> Lanes(EventState state)
    {
        Span<byte> from = stackalloc byte[PartitionKeys.PrefixBytes + 1];
        Span<byte> to = stackalloc byte[PartitionKeys.PrefixBytes + 1];
        keys.Prefix(from, KeySpace.Functions)[0] = (byte)state;
        keys.Prefix(to, KeySpace.Functions)[0] = (byte)(state + 1);
        var lanes = new List<Lane>();
        using var cursor = keyspace.OpenCursor(from, to);
        while (cursor.MoveNext())
        {
            var entry = cursor.Key[PartitionKeys.PrefixBytes..];
            lanes.Add(
                new Lane(
                    entry[FunctionRegistry.HeadBytes..].ToArray(),
                    entry[1],
                    PartitionKeys.ReadPosition(cursor.Value)
                )
            );
        }

        return lanes;
    }

    private void ReadLane(
        List<StoredEvent> found,
        EventState state,
        Lane lane,
        EventPosition after,
        int limit,
        ref long bytesLeft
    )
    {
        var prefixBytes = PartitionKeys.EventPrefixBytes(lane.Function);
        var (from, to) = RangeOf(state, lane);
        if (after != default)
        {
            // A zero byte behind a key makes the next possible key.
            var next = new byte[to.Length];
            keys.Event(next, state, lane.Function, after);
            from = next.AsSpan().SequenceCompareTo(from) > 0 ? next : from;
        }

        if (from.AsSpan().SequenceCompareTo(to) >= 0)
        {
            return;
        }

        using var cursor = keyspace.OpenCursor(from, to);
        while (bytesLeft > 0 && found.Count < limit && cursor.MoveNext())
        {
            var position = PartitionKeys.ReadPosition(cursor.Key[prefixBytes..]);
            found.Add(
                state == EventState.Outbox
                    ? OutboxRecord.Read(position, cursor.Value)
                    : new StoredEvent(position, cursor.Value.ToArray())
            );
            bytesLeft -= found[^1].Record.Length;
        }
    }

    private (byte[] From, byte[] To) RangeOf(EventState state, Lane lane)
    {
        var from = new byte[PartitionKeys.EventBytes(lane.Function)];
        var to = new byte[from.Length + 1];
        keys.Event(from, state, lane.Function, lane.Cursor);
        LastOf(lane, state).CopyTo(keys.EventPrefix(to, state, lane.Function));
        return (from, to);
    }

    /// <summary>The highest position of a lane; ready lanes end with their priority.</summary>
    private static byte[] LastOf(Lane lane, EventState state)
    {
        var last = new byte[PartitionKeys.PositionBytes];
        last.AsSpan().Fill(byte.MaxValue);
        if (state == EventState.Ready)
        {
            last.AsSpan(0, sizeof(long)).Clear();
            last[sizeof(long)] = lane.Priority;
        }

        return last;
    }

    private readonly record struct Lane(byte[] Function, byte Priority, EventPosition Cursor);
}
