using System.Text;
using Waverless.Concurrency;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Dead letters and parked events as people and programs see them.</summary>
internal sealed class DeadLetters(EventPumpParts parts, EventPump pump, Task ready) : IDeadLetters
{
    private const int PerCommitMax = 64;

    public async ValueTask<DeadLetterPage> ListAsync(
        DeadLetterQuery query,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, DeadLetterQuery.PageMax);
        await ready.OrCancelledAsync(ct);
        var letters = new List<DeadLetter>();
        await foreach (var letter in FindAllAsync(query, ct))
        {
            if (letters.Count == query.Limit)
            {
                return new DeadLetterPage(letters, letters[^1].Id);
            }

            letters.Add(letter);
        }

        return new DeadLetterPage(letters, null);
    }

    public async ValueTask<DeadLetter?> FindAsync(DeadLetterId id, CancellationToken ct = default)
    {
        await ready.OrCancelledAsync(ct);
        if (pump.Parked.TryFind(id, out _, out var parked))
        {
            return new DeadLetter(id, parked.Record, IsParked: true);
        }

        var query = new EventQuery(id.Function, EventState.Dead);
        var found = await parts.Engine.ReadEventsAsync(id.Partition, query, Before(id), 1, ct);
        return
            found.Count > 0
            && found[0].Position == id.Position
            && EventRecord.Decode(found[0].Record.Span) is { } record
            ? new DeadLetter(id, record, IsParked: false)
            : null;
    }

    public async ValueTask<bool> ReplayAsync(DeadLetterId id, CancellationToken ct = default)
    {
        await ready.OrCancelledAsync(ct);
        using var turn = await pump.Keeper.TakeTurnAsync(ct);
        return await ReplayInTurnAsync([id], ct) == 1;
    }

    public async ValueTask<int> ReplayAllAsync(
        DeadLetterQuery query,
        CancellationToken ct = default
    )
    {
        var ids = await IdsAsync(query, ct);
        using var turn = await pump.Keeper.TakeTurnAsync(ct);
        var replayed = 0;
        foreach (var ofPartition in ids.GroupBy(id => id.Partition))
        {
            foreach (var chunk in ofPartition.Chunk(PerCommitMax))
            {
                ct.ThrowIfCancellationRequested();
                replayed += await ReplayInTurnAsync(chunk, ct);
            }
        }

        return replayed;
    }

    public async ValueTask<bool> DropAsync(DeadLetterId id, CancellationToken ct = default)
    {
        await ready.OrCancelledAsync(ct);
        using var turn = await pump.Keeper.TakeTurnAsync(ct);
        return await DropInTurnAsync([id], ct) == 1;
    }

    public async ValueTask<int> DropAllAsync(DeadLetterQuery query, CancellationToken ct = default)
    {
        var ids = await IdsAsync(query, ct);
        using var turn = await pump.Keeper.TakeTurnAsync(ct);
        return await DropInTurnAsync(ids, ct);
    }

    private static EventPosition Before(DeadLetterId id) =>
        id.Ordinal > 0
            ? id.Position with
            {
                Ordinal = id.Ordinal - 1,
            }
            : id.Position with
            {
                Revision = id.Revision - 1,
                Ordinal = int.MaxValue,
            };

    private static StorageException Refused(PartitionId partition) =>
        new(StorageError.Failed, $"The store refused the change of {partition}; see the log.");

    private async ValueTask<List<DeadLetterId>> IdsAsync(
        DeadLetterQuery query,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        await ready.OrCancelledAsync(ct);
        var ids = new List<DeadLetterId>();
        await foreach (var letter in FindAllAsync(query, ct))
        {
            ids.Add(letter.Id);
        }

        return ids;
    }

    /// <summary>All that match, in order, the limit apart.</summary>
    private async IAsyncEnumerable<DeadLetter> FindAllAsync(
        DeadLetterQuery query,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        var nowMs = parts.NowMs;
        var partitions = parts
            .Engine.Partitions.Where(query.Covers)
            .OrderBy(partition => partition.App, StringComparer.Ordinal)
            .ThenBy(partition => partition.Number);
        foreach (var partition in partitions)
        {
            foreach (var function in await FunctionsAsync(partition, query, ct))
            {
                await foreach (var letter in MergeAsync(partition, function, query.After))
                {
                    ct.ThrowIfCancellationRequested();
                    if (query.Covers(letter, nowMs))
                    {
                        yield return letter;
                    }
                }
            }
        }
    }

    private async ValueTask<List<string>> FunctionsAsync(
        PartitionId partition,
        DeadLetterQuery query,
        CancellationToken ct
    )
    {
        var state = EventState.Dead;
        var dead = await parts.Engine.ReadEventFunctionsAsync(partition, state, ct);
        var parked = pump
            .Parked.All.Where(item => item.Id.Partition == partition)
            .Select(item => item.Id.Function);
        return
        [
            .. dead.Union(parked, StringComparer.Ordinal)
                .Where(query.Covers)
                .Order(StringComparer.Ordinal)
                .Where(function => !IsBefore(partition, function, query.After)),
        ];
    }

    private static bool IsBefore(PartitionId partition, string function, DeadLetterId? after) =>
        after is { } id
        && new DeadLetterId(
            partition,
            function,
            byte.MaxValue,
            ulong.MaxValue,
            int.MaxValue
        ).CompareTo(id) <= 0;

    /// <summary>Dead letters and parked events of a function in one order.</summary>
    private async IAsyncEnumerable<DeadLetter> MergeAsync(
        PartitionId partition,
        string function,
        DeadLetterId? after
    )
    {
        var isWithin = after is { } id && id.Partition == partition && id.Function == function;
        var from = isWithin ? after!.Value.Position : default;
        var parked = new Queue<DeadLetter>(
            pump.Parked.All.Where(item =>
                    item.Id.Partition == partition
                    && item.Id.Function == function
                    && (!isWithin || item.Id.CompareTo(after!.Value) > 0)
                )
                .Select(item => new DeadLetter(item.Id, item.Pending.Record, IsParked: true))
                .OrderBy(letter => letter.Id, DeadLetterId.Order)
        );
        await foreach (var letter in pump.Keeper.ReadAsync(partition, function, from))
        {
            while (parked.TryPeek(out var next) && next.Id.CompareTo(letter.Id) < 0)
            {
                yield return parked.Dequeue();
            }

            yield return letter;
        }

        foreach (var letter in parked)
        {
            yield return letter;
        }
    }

    /// <summary>Replays letters of one partition in one commit, parked ones by themselves.</summary>
    private async ValueTask<int> ReplayInTurnAsync(DeadLetterId[] ids, CancellationToken ct)
    {
        var replayed = 0;
        var commit = new Commit();
        var dead = new List<DeadLetterId>();
        foreach (var id in ids)
        {
            if (pump.Parked.TryFind(id, out var lane, out var parked))
            {
                replayed += await ResumeAsync(id, lane, parked) ? 1 : 0;
            }
            else if (await FindAsync(id, ct) is { } letter)
            {
                var function = Encoding.UTF8.GetBytes(id.Function);
                commit.Complete(function, EventState.Dead, id.Position);
                commit.AddEvent(
                    EventCondition.Always,
                    default,
                    null,
                    function,
                    EventState.Ready,
                    dueMs: 0,
                    id.Priority,
                    Fresh(letter)
                );
                dead.Add(id);
            }
        }

        if (dead.Count > 0 && !await pump.CommitAsync(dead[0].Partition, commit))
        {
            throw Refused(dead[0].Partition);
        }

        dead.ForEach(pump.DeadLetters.Remove);
        if (replayed + dead.Count > 0)
        {
            var app = ids[0].Partition.App;
            parts.Metrics.Dropped(app, "replayed", replayed + dead.Count);
            Log.DeadLettersReplayed(parts.Logger, app, replayed + dead.Count);
        }

        return replayed + dead.Count;
    }

    /// <summary>The event with all its attempts, in a cascade of its own.</summary>
    private static EventRecord Fresh(DeadLetter letter) =>
        letter.Record with
        {
            Attempt = 0,
            Flags = letter.Record.Flags & ~EventFlags.Parked,
            Cascade = default,
            Source = letter.Event,
            KeyRevision =
                letter.Record.KeyRevision == 0 && letter.Record.Kind.IsOfKey()
                    ? letter.Id.Revision
                    : letter.Record.KeyRevision,
        };

    private async ValueTask<bool> ResumeAsync(
        DeadLetterId id,
        FunctionLane lane,
        PendingEvent parked
    )
    {
        if (!parked.HoldsKey)
        {
            return false;
        }

        var nowMs = parts.NowMs;
        var record = parked.Record with
        {
            Attempt = 0,
            Flags = parked.Record.Flags & ~EventFlags.Parked,
        };
        var commit = new Commit();
        commit.Reschedule(lane.Utf8Function, parked.State, parked.Position, nowMs, record);
        if (!await pump.CommitAsync(id.Partition, commit))
        {
            throw Refused(id.Partition);
        }

        pump.Parked.Remove(id);
        var position = parked.Position with { DueMs = nowMs };
        var later = new PendingEvent(id.Partition, position, EventState.Due, record)
        {
            HoldsKey = true,
        };
        lane.Postpone(parked, later, nowMs);
        return true;
    }

    private async ValueTask<int> DropInTurnAsync(
        IReadOnlyList<DeadLetterId> ids,
        CancellationToken ct
    )
    {
        var dropped = 0;
        var dead = new List<DeadLetterId>();
        foreach (var id in ids)
        {
            if (pump.Parked.TryFind(id, out var lane, out var parked))
            {
                dropped += await DropParkedAsync(id, lane, parked) ? 1 : 0;
            }
            else if (await FindAsync(id, ct) is not null)
            {
                dead.Add(id);
            }
        }

        var removed = await pump.Keeper.RemoveAsync(dead);
        if (removed < dead.Count)
        {
            throw Refused(dead[removed].Partition);
        }

        foreach (var ofApp in ids.GroupBy(id => id.Partition.App))
        {
            var count = dropped + removed;
            parts.Metrics.Dropped(ofApp.Key, "dropped", count);
            Log.DeadLettersDropped(parts.Logger, ofApp.Key, count);
        }

        return dropped + removed;
    }

    private async ValueTask<bool> DropParkedAsync(
        DeadLetterId id,
        FunctionLane lane,
        PendingEvent parked
    )
    {
        if (!parked.HoldsKey)
        {
            return false;
        }

        var commit = new Commit();
        commit.Complete(lane.Utf8Function, parked.State, parked.Position);
        if (!await pump.CommitAsync(id.Partition, commit))
        {
            throw Refused(id.Partition);
        }

        pump.Parked.Remove(id);
        pump.Failed(lane, parked);
        lane.Release(parked);
        return true;
    }
}
