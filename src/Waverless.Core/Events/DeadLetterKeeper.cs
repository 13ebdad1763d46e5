using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Keeps the dead letters of a node within their bounds: the oldest of an app go when there are
/// too many, all go after their retention. One change of them happens at a time.
/// </summary>
internal sealed class DeadLetterKeeper : IDisposable
{
    private const int PageMax = 256;
    private const int PerCommitMax = 256;

    /// <summary>Shortest wait for the next expiry.</summary>
    private static readonly TimeSpan WaitMin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WaitMax = TimeSpan.FromDays(20);

    private readonly EventPumpParts _parts;
    private readonly EventPump _pump;
    private readonly ITimer _timer;
    private readonly Gate _turn = new(concurrency: 1, queueMax: int.MaxValue);
    private int _isTidying;

    public DeadLetterKeeper(EventPumpParts parts, EventPump pump)
    {
        _parts = parts;
        _pump = pump;
        _timer = parts.Time.CreateTimer(
            static state => ((DeadLetterKeeper)state!).Tidy(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    private DeadLetterIndex Index => _pump.DeadLetters;

    /// <summary>Takes note of a new dead letter; called also under the sequencer.</summary>
    public void Add(DeadLetterId id, EventRecord record)
    {
        var letter = new DeadLetter(id, record, IsParked: false);
        Index.Add(id, letter.FailedMs);
        _parts.Metrics.Buried(id.Address, letter.Error);
        if (Index.Beyond(id.Partition.App, _parts.DeadLetters.PerAppMax).Count > 0)
        {
            Tidy();
        }

        Arm();
    }

    /// <summary>Finds the dead letters that an earlier run has left.</summary>
    public async Task LoadAsync(IReadOnlyCollection<PartitionId> partitions)
    {
        using var turn = await TakeTurnAsync(CancellationToken.None);
        foreach (var partition in partitions)
        {
            var functions = await _parts.Engine.ReadEventFunctionsAsync(
                partition,
                EventState.Dead,
                CancellationToken.None
            );
            foreach (var function in functions)
            {
                await foreach (var letter in ReadAsync(partition, function, default))
                {
                    Index.Add(letter.Id, letter.FailedMs);
                }
            }
        }

        Tidy();
    }

    /// <summary>Reads the dead letters of a function behind a position.</summary>
    public async IAsyncEnumerable<DeadLetter> ReadAsync(
        PartitionId partition,
        string function,
        EventPosition after
    )
    {
        var query = new EventQuery(function, EventState.Dead);
        while (!_pump.IsStopping)
        {
            var page = await _parts.Engine.ReadEventsAsync(
                partition,
                query,
                after,
                PageMax,
                CancellationToken.None
            );
            foreach (var item in page)
            {
                if (EventRecord.Decode(item.Record.Span) is { } record)
                {
                    var id = DeadLetterId.Of(partition, function, item.Position);
                    yield return new DeadLetter(id, record, IsParked: false);
                }
            }

            if (query.IsLast(page, PageMax))
            {
                yield break;
            }

            after = page[^1].Position;
        }
    }

    /// <summary>Waits until nobody else changes dead letters; dispose to let others.</summary>
    public async ValueTask<IDisposable> TakeTurnAsync(CancellationToken ct)
    {
        await _turn.EnterAsync(ct);
        return new Turn(_turn);
    }

    /// <summary>Removes dead letters; returns how many of them, up to a refused commit.</summary>
    public async ValueTask<int> RemoveAsync(IReadOnlyList<DeadLetterId> letters)
    {
        var removed = 0;
        foreach (var ofPartition in letters.GroupBy(letter => letter.Partition))
        {
            foreach (var chunk in ofPartition.Chunk(PerCommitMax))
            {
                var commit = new Commit();
                foreach (var id in chunk)
                {
                    var function = System.Text.Encoding.UTF8.GetBytes(id.Function);
                    commit.Complete(function, EventState.Dead, id.Position);
                }

                if (!await _pump.CommitAsync(ofPartition.Key, commit))
                {
                    return removed;
                }

                removed += chunk.Length;
                foreach (var id in chunk)
                {
                    Index.Remove(id);
                }
            }
        }

        return removed;
    }

    public void Dispose() => _timer.Dispose();

    private void Tidy()
    {
        if (!_pump.IsStopping && Interlocked.Exchange(ref _isTidying, 1) == 0)
        {
            _pump.Start(TidyAsync);
        }
    }

    private async Task TidyAsync()
    {
        // What comes from here on is looked at by another round.
        Interlocked.Exchange(ref _isTidying, 0);
        using (await TakeTurnAsync(CancellationToken.None))
        {
            await ExpireAsync();
            foreach (var (app, _, _) in Index.Depths())
            {
                await EvictAsync(app);
            }
        }

        Arm();
    }

    private async ValueTask ExpireAsync()
    {
        var retention = _parts.DeadLetters.Retention;
        var old = Index.FailedBefore(_parts.NowMs - (long)retention.TotalMilliseconds);
        foreach (var ofApp in old.GroupBy(id => id.Partition.App))
        {
            var removed = await RemoveAsync([.. ofApp]);
            _parts.Metrics.Dropped(ofApp.Key, "expired", removed);
            Log.DeadLettersExpired(_parts.Logger, ofApp.Key, removed, retention);
        }
    }

    private async ValueTask EvictAsync(string app)
    {
        var max = _parts.DeadLetters.PerAppMax;
        var old = Index.Beyond(app, max);
        if (old.Count > 0)
        {
            var removed = await RemoveAsync(old);
            _parts.Metrics.Dropped(app, "evicted", removed);
            Log.DeadLettersEvicted(_parts.Logger, app, removed, max);
        }
    }

    private void Arm()
    {
        if (_pump.IsStopping || Index.OldestMs() is not { } oldestMs)
        {
            return;
        }

        var dueMs = oldestMs + _parts.DeadLetters.Retention.TotalMilliseconds - _parts.NowMs;
        var waitMs = Math.Clamp(dueMs, WaitMin.TotalMilliseconds, WaitMax.TotalMilliseconds);
        try
        {
            _timer.Change(TimeSpan.FromMilliseconds(waitMs), Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The node has stopped meanwhile.
        }
    }

    private sealed class Turn(Gate turn) : IDisposable
    {
        public void Dispose() => turn.Exit();
    }
}
