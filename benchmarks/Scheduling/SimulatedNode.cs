using Waverless.Cluster;

namespace Scheduling;

/// <summary>
/// A node: slots that jobs wait for in order, apps that are warm for a while, a network card that
/// sends one thing after another. As the platform does, long functions share three quarters of
/// the slots.
/// </summary>
internal sealed class SimulatedNode(int index, NodeShape shape, ClusterShape cluster)
{
    private readonly LinkedList<Job> _queue = new();
    private readonly HashSet<Job> _running = [];
    private readonly Dictionary<string, WarmApp> _warm = [];
    private double _cardFreeMs;
    private double _queuedMs;
    private int _longRunning;

    public NodeId Id { get; } = new((uint)index + 1);

    public int Index => index;

    public double Speed => shape.Speed;

    public int Slots => shape.Slots;

    public double Weight => shape.Slots * shape.Speed;

    public int ColdStarts { get; private set; }

    public double BytesSent { get; private set; }

    public double BusyMs { get; private set; }

    public void Enqueue(Job job)
    {
        _queue.AddLast(job);
        _queuedMs += job.Function.MeanMs / Speed;
    }

    /// <summary>Takes the next job that may run, and says when it will have run.</summary>
    public Job? TryStart(double now, out double ends)
    {
        ends = 0;
        if (_running.Count == shape.Slots)
        {
            return null;
        }

        for (var at = _queue.First; at is not null; at = at.Next)
        {
            var job = at.Value;
            if (job.IsLong && _longRunning >= Math.Max(1, shape.Slots * 3 / 4))
            {
                continue;
            }

            _queue.Remove(at);
            _queuedMs -= job.Function.MeanMs / Speed;
            _running.Add(job);
            _longRunning += job.IsLong ? 1 : 0;
            job.StartedMs = now;
            job.TookMs = job.RunMs / Speed;
            ends = ReadyAt(job, now) + job.TookMs;
            BusyMs += ends - now;
            return job;
        }

        return null;
    }

    public void Ended(Job job, double now)
    {
        _running.Remove(job);
        _longRunning -= job.IsLong ? 1 : 0;
        _warm[job.App] = _warm[job.App] with { UsedMs = now };
    }

    /// <summary>When the last byte has left, behind all that was to be sent before.</summary>
    public double Send(double bytes, double now)
    {
        BytesSent += bytes;
        _cardFreeMs = Math.Max(now, _cardFreeMs) + (bytes / cluster.BytesPerMs);
        return _cardFreeMs;
    }

    /// <summary>Makes an app warm before anybody needs it.</summary>
    public void Warm(string app, double coldStartMs, double now)
    {
        if (!_warm.ContainsKey(app))
        {
            Begin(app, coldStartMs, now);
        }
    }

    public NodeView Report(double now, ulong report)
    {
        Expire(now);
        return new NodeView(Id, Weight, [], _running.Count)
        {
            Slots = shape.Slots,
            Queued = _queue.Count,
            BacklogMs = (float)WorkMs(now),
            Cpu = (float)_running.Count / shape.Slots,
            Warm = WarmApps.Create(_warm.Keys.Select(app => KeyValuePair.Create(app, 1))),
            Report = report,
        };
    }

    /// <summary>How long a job that came now is expected to wait; a node knows that of itself.</summary>
    public double WaitMs(double now) =>
        _running.Count < shape.Slots
            ? 0
            : WorkMs(now) / shape.Slots * (_queue.Count + 1) / (_queue.Count + shape.Slots);

    private double WorkMs(double now)
    {
        var work = Math.Max(0, _queuedMs);
        foreach (var job in _running)
        {
            var mean = job.Function.MeanMs / Speed;
            work += Math.Max(mean - (now - job.StartedMs), mean / 4);
        }

        return work;
    }

    private double ReadyAt(Job job, double now)
    {
        if (!_warm.TryGetValue(job.App, out var warm))
        {
            warm = Begin(job.App, job.Function.ColdStartMs, now);
            job.ColdMs = warm.ReadyMs - now;
        }

        _warm[job.App] = warm with { UsedMs = now };
        return Math.Max(now, warm.ReadyMs);
    }

    private WarmApp Begin(string app, double coldStartMs, double now)
    {
        ColdStarts++;
        if (_warm.Count >= cluster.WarmAppsMax)
        {
            EvictOldest();
        }

        var warm = new WarmApp(now + (coldStartMs / Speed), now);
        _warm[app] = warm;
        return warm;
    }

    /// <summary>What runs stays, even if that is more than may be warm.</summary>
    private void EvictOldest()
    {
        var idle = _warm.Where(entry => !_running.Any(job => job.App == entry.Key)).ToList();
        if (idle.Count > 0)
        {
            _warm.Remove(idle.MinBy(entry => entry.Value.UsedMs).Key);
        }
    }

    private void Expire(double now)
    {
        var oldest = now - (cluster.KeepWarmSeconds * 1000);
        foreach (var (app, warm) in _warm)
        {
            if (warm.UsedMs < oldest && !_running.Any(job => job.App == app))
            {
                _warm.Remove(app);
            }
        }
    }

    private readonly record struct WarmApp(double ReadyMs, double UsedMs);
}
