using Waverless.Scheduling.Characters;
using Waverless.Scheduling.Warming;

namespace Waverless.Cluster.Loads;

/// <summary>
/// Looks at intervals at what ran, keeps apps warm, and reports. A node by itself sleeps while
/// nothing runs and nothing is warm; one of a cluster reports on.
/// </summary>
internal sealed class NodePulse : IDisposable
{
    private readonly CharacterTable _characters;
    private readonly WarmKeeper _keeper;
    private readonly LoadGauge _gauge;
    private readonly TaskScheduler _scheduler;
    private readonly ITimer _timer;
    private volatile bool _isAsleep = true;
    private volatile bool _isDisposed;
    private int _isLooking;

    public NodePulse(
        CharacterTable characters,
        WarmKeeper keeper,
        LoadGauge gauge,
        TimeProvider time,
        TaskScheduler scheduler
    )
    {
        (_characters, _keeper, _gauge, _scheduler) = (characters, keeper, gauge, scheduler);
        _timer = time.CreateTimer(
            static state => ((NodePulse)state!).Tick(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Whether it looks at nothing until something runs.</summary>
    public bool IsAsleep => _isAsleep;

    /// <summary>Tells the cluster of a load; null: there is none.</summary>
    public Action<NodeLoad>? Tell { get; set; }

    /// <summary>Something runs; costs one look while the node is awake.</summary>
    public void Wake()
    {
        if (_isAsleep && !_isDisposed)
        {
            _isAsleep = false;
            Arm();
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _timer.Dispose();
    }

    private void Arm() =>
        _timer.Change(TimeSpan.FromMilliseconds(LoadLimits.PulseMs), Timeout.InfiniteTimeSpan);

    private void Tick() =>
        _ = Task.Factory.StartNew(
            static state => ((NodePulse)state!).Look(),
            this,
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            _scheduler
        );

    private void Look()
    {
        if (_isDisposed || Interlocked.Exchange(ref _isLooking, 1) != 0)
        {
            return;
        }

        try
        {
            _characters.Fold();
            _keeper.Look();
            var load = _gauge.Look();
            Tell?.Invoke(load);
            _isAsleep = Tell is null && !_keeper.HasWork && load is { Active: 0, Queued: 0 };
        }
        finally
        {
            // Goes on whatever happens: one look that fails must not be the last one.
            Volatile.Write(ref _isLooking, 0);
            if (!_isAsleep && !_isDisposed)
            {
                Arm();
            }
        }
    }
}
