using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>
/// Makes the stored timers of an app those that its deployed version declares: a new one is set, a
/// changed one set anew, one that is gone removed; an unchanged one keeps its next moment. Timers
/// that rested for want of their function get their alarm back.
/// </summary>
internal sealed class TimerSetup(DeadlineParts parts)
{
    private static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(1);

    private readonly Gate _turn = new(concurrency: 1, queueMax: int.MaxValue);
    private volatile bool _started;

    /// <summary>Sets up the timers of all deployed apps; what fails is tried again.</summary>
    public async Task StartAsync()
    {
        _started = true;
        foreach (var app in parts.Catalog.Current.Apps.Keys.Order(StringComparer.Ordinal))
        {
            if (!await TryAsync(app))
            {
                parts.Pump.Start(() => RetryAsync(app));
            }
        }
    }

    /// <summary>Another version of an app is deployed.</summary>
    public void Deployed(string app)
    {
        // Whoever deploys an app calls it next: nothing is to stand in the way for nothing.
        if (_started && HasTimers(app))
        {
            parts.Pump.Start(() => RetryAsync(app));
        }
    }

    /// <summary>Whether it declares timers, or has a store in which some may be.</summary>
    private bool HasTimers(string app) =>
        !parts.Catalog.Current.Apps.TryGetValue(app, out var deployed)
        || deployed.Manifest.Functions.Any(function => function.Timer is not null)
        || parts.Engine.Partitions.Any(partition => partition.App == app);

    private async Task RetryAsync(string app)
    {
        while (!parts.Pump.IsStopping && !await TryAsync(app))
        {
            await parts.Pump.DelayAsync(FailedPause);
        }
    }

    private async ValueTask<bool> TryAsync(string app)
    {
        await _turn.EnterAsync(CancellationToken.None);
        try
        {
            if (!parts.Catalog.Current.Apps.TryGetValue(app, out var deployed))
            {
                return true;
            }

            var done = await DeclareAsync(deployed.Manifest);
            foreach (var partition in Partitions(app))
            {
                done &= await RouseAsync(partition);
            }

            Failpoints.Pass(Failpoint.TimersSetUp);
            return done;
        }
        catch (StorageException failure)
        {
            if (!parts.Pump.IsStopping)
            {
                Log.SetupFailed(parts.Logger, failure, app);
            }

            return false;
        }
        finally
        {
            _turn.Exit();
        }
    }

    private List<PartitionId> Partitions(string app) =>
        [
            .. parts
                .Engine.Partitions.Where(partition => partition.App == app)
                .OrderBy(partition => partition.Number),
        ];

    private async ValueTask<bool> DeclareAsync(AppManifest manifest)
    {
        var home = new PartitionId(manifest.Name, 0);
        if (!parts.IsLocal(home))
        {
            return true;
        }

        var declared = manifest
            .Functions.Where(function => function.Timer is not null)
            .ToDictionary(
                function => function.Name,
                function => new TimerRecord { Function = function.Name, When = function.Timer! },
                StringComparer.Ordinal
            );
        var commit = new Commit();
        await foreach (var entry in TimerScan.ReadAsync(parts.Engine, home, "timer/d/"))
        {
            var name = TimerKeys.NameOf(entry.Key.Span);
            if (!declared.TryGetValue(name, out var wanted))
            {
                TimerChange.Delete(commit, entry.Key.Utf8.ToArray());
            }
            else if (TimerRecord.Decode(entry.Value.Span)?.IsSameAs(wanted) == true)
            {
                declared.Remove(name);
            }
        }

        foreach (var (name, timer) in declared.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            var key = TimerKeys.TimerOf(name, isDeclared: true);
            TimerChange.Set(commit, key, timer, parts.NowMs);
        }

        return await CommitAsync(home, commit);
    }

    private async ValueTask<bool> RouseAsync(PartitionId partition)
    {
        var marker = await parts.Engine.GetAsync(
            partition,
            new KvKey(TimerKeys.Resting),
            ReadOptions.System,
            new System.Buffers.ArrayBufferWriter<byte>(),
            CancellationToken.None
        );
        if (!marker.Found)
        {
            return true;
        }

        var commit = new Commit();
        await foreach (var entry in TimerScan.ReadAsync(parts.Engine, partition, "timer/"))
        {
            if (TimerRecord.Decode(entry.Value.Span) is { } timer)
            {
                var alarm = TimerKeys.AlarmOf(entry.Key.Span);
                commit.PutUntil(alarm, default, timer.NextMs, KeyArea.System);
            }

            if (commit.OperationCount >= TimerLimits.ExpiriesPerCommit)
            {
                if (!await CommitAsync(partition, commit))
                {
                    return false;
                }

                commit = new Commit();
            }
        }

        // Unless another one has gone to rest meanwhile.
        commit.DeleteIfRevision(TimerKeys.Resting, marker.Number, KeyArea.System);
        return await CommitAsync(partition, commit);
    }

    private async ValueTask<bool> CommitAsync(PartitionId partition, Commit commit)
    {
        if (commit.OperationCount == 0)
        {
            return true;
        }

        var result = await parts.Door.CommitAsync(
            partition.App,
            partition,
            commit,
            default,
            CancellationToken.None
        );
        if (!result.IsCommitted)
        {
            Log.SetupRefused(parts.Logger, partition, result.Reason);
        }

        return result.IsCommitted;
    }
}
