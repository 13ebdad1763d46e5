using System.Buffers;
using Waverless.Concurrency;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>The timers of one app for code of the host.</summary>
internal sealed class AppTimers(string app, FrontDoor door, Task ready) : ITimers
{
    public string App => app;

    public ValueTask<CommitResult> SetAsync(
        NamedTimer timer,
        int partition = 0,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(timer);
        return ChangeAsync(new KvBatch().SetTimer(timer), partition, ct);
    }

    public ValueTask<CommitResult> DeleteAsync(
        string name,
        int partition = 0,
        CancellationToken ct = default
    ) => ChangeAsync(new KvBatch().DeleteTimer(name), partition, ct);

    public async ValueTask<TimerState?> GetAsync(
        string name,
        int partition = 0,
        CancellationToken ct = default
    )
    {
        TimerKeys.CheckName(name);
        await ready.OrCancelledAsync(ct);
        var key = TimerKeys.TimerOf(name, isDeclared: false);
        var into = new ArrayBufferWriter<byte>();
        var read = await door.Engine.GetAsync(
            Partition(partition),
            new KvKey(key),
            ReadOptions.System,
            into,
            ct
        );
        return read.Found ? State(key, into.WrittenSpan) : null;
    }

    public async ValueTask<IReadOnlyList<TimerState>> ListAsync(
        TimerState? after = null,
        int limit = 100,
        int partition = 0,
        CancellationToken ct = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        await ready.OrCancelledAsync(ct);
        var range = KvRange.Prefix(new KvKey(TimerKeys.All.ToArray()), limit);
        if (after is not null)
        {
            // A zero byte behind a key is the next key that could be.
            byte[] from = [.. TimerKeys.TimerOf(after.Timer.Name, after.IsDeclared), 0];
            range = range with { From = new KvKey(from) };
        }

        var found = new List<TimerState>();
        while (true)
        {
            var page = await door.Engine.ScanAsync(
                Partition(partition),
                range,
                ReadOptions.System,
                ct
            );
            foreach (var entry in page.Entries)
            {
                if (State(entry.Key.Span, entry.Value.Span) is { } state)
                {
                    found.Add(state);
                }
            }

            if (page.Next is not { } next || found.Count >= limit)
            {
                return found;
            }

            range = range with { From = next, Limit = limit - found.Count };
        }
    }

    private static TimerState? State(ReadOnlySpan<byte> key, ReadOnlySpan<byte> stored) =>
        TimerRecord.Decode(stored) is { } record
            ? new TimerState(
                new NamedTimer(TimerKeys.NameOf(key), record.Function, record.When)
                {
                    Payload = record.Payload,
                },
                DateTimeOffset.FromUnixTimeMilliseconds(record.NextMs),
                TimerKeys.IsDeclared(key)
            )
            : null;

    private async ValueTask<CommitResult> ChangeAsync(
        KvBatch batch,
        int partition,
        CancellationToken ct
    )
    {
        var home = Partition(partition);
        await ready.OrCancelledAsync(ct);
        var origin = default(CommitOrigin) with { Timers = batch.Timers };
        return await door.CommitAsync(app, home, batch.Commit, origin, ct);
    }

    private PartitionId Partition(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number, "partition");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            number,
            PartitionId.CountMax,
            "partition"
        );
        return new PartitionId(app, number);
    }
}
