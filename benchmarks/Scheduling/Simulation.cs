using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Scheduling;
using Waverless.Scheduling.Characters;

namespace Scheduling;

/// <summary>
/// A workload under one scheduler, event by event. Each node has a scheduler of its own, as in a
/// real cluster, and all see loads that are as old as the last reports.
/// </summary>
internal sealed class Simulation
{
    private const double DrainMs = 60_000;

    private readonly Workload _workload;
    private readonly Dictionary<string, FunctionShape> _functions;
    private readonly CharacterTable[] _characters;
    private readonly byte[] _news = new byte[CharacterLimits.ReportBytesMax];
    private readonly SimulatedNode[] _nodes;
    private readonly IScheduler[] _schedulers;
    private readonly Straw[] _straws;
    private readonly PriorityQueue<(Step Step, Job? Job, int Number), (double, long)> _queue =
        new();
    private readonly List<Flow> _flows = [];
    private readonly List<Arrival> _arrivals;
    private readonly SimulatedTime _time = new();
    private readonly double _meanSpeed;
    private ClusterSnapshot _view;
    private double _now;
    private long _order;

    public Simulation(Workload workload, string scheduler)
    {
        _workload = workload;
        _functions = workload.Functions.ToDictionary(function => function.Name);
        _nodes =
        [
            .. workload
                .Cluster.Nodes.SelectMany(shape => Enumerable.Repeat(shape, shape.Count))
                .Select((shape, i) => new SimulatedNode(i, shape, workload.Cluster)),
        ];
        _straws = [.. _nodes.Select(node => new Straw(node.Id.Value, node.Weight))];
        _schedulers =
        [
            .. _nodes.Select(node =>
                new SchedulerCatalog([], new Random((int)node.Id.Value), _time).Find(scheduler)
            ),
        ];
        _meanSpeed = _nodes.Sum(node => node.Weight) / _nodes.Sum(node => node.Slots);
        _characters = [.. _nodes.Select(_ => new CharacterTable(_time))];
        _view = new ClusterSnapshot(0, [.. _nodes.Select(node => node.Report(0, 1))]);
        _arrivals = Arrival.Of(workload, _nodes.Length);
    }

    public Outcome Run()
    {
        var end = (_workload.Seconds * 1000) + DrainMs;
        for (var i = 0; i < _nodes.Length; i++)
        {
            At(_workload.Cluster.HeartbeatMs * (i + 1) / _nodes.Length, Step.Reports, null, i);
        }

        At(_arrivals[0].AtMs, Step.Arrives, null, 0);
        while (_queue.TryDequeue(out var next, out var when) && when.Item1 < end)
        {
            _time.NowMs = _now = when.Item1;
            Do(next.Step, next.Job, next.Number);
        }

        return Outcome.Of(_flows, _nodes, end);
    }

    private void Do(Step step, Job? job, int number)
    {
        switch (step)
        {
            case Step.Arrives:
                Arrive(number);
                break;
            case Step.Reaches:
                _nodes[job!.Node].Enqueue(job);
                StartAll(_nodes[job.Node]);
                break;
            case Step.HasRun:
                HasRun(job!);
                break;
            case Step.Ends:
                End(job!);
                break;
            case Step.Reports:
                Report(number);
                break;
        }
    }

    private void Arrive(int number)
    {
        var arrival = _arrivals[number];
        if (number + 1 < _arrivals.Count)
        {
            At(_arrivals[number + 1].AtMs, Step.Arrives, null, number + 1);
        }

        var flow = new Flow(_now);
        _flows.Add(flow);
        var app = $"{arrival.Function.Name}-{arrival.Copy}";
        var home = arrival.Function.Partitions == 0 ? -1 : HomeOf(app, arrival.Partition);
        Place(
            new Job
            {
                Flow = flow,
                Function = arrival.Function,
                App = app,
                Copy = arrival.Copy,
                Partition = arrival.Partition,
                Home = home,
                Caller = arrival.Caller,
                Bytes = arrival.Bytes,
                RunMs = new Draws(arrival.Seed).Lognormal(arrival.Function.RunMs),
                Seed = arrival.Seed,
            }
        );
    }

    private void Place(Job job)
    {
        job.Flow.Open++;
        var picked = _schedulers[job.Caller].Pick(RequestOf(job), _view);
        job.Node = (int)picked!.Value.Value - 1;
        var isHere = job.Node == job.Caller;
        var reaches = isHere
            ? _now
            : _nodes[job.Caller].Send(job.Bytes, _now) + (_workload.Cluster.RttMs / 2);
        At(reaches, Step.Reaches, job);
    }

    private SchedulingRequest RequestOf(Job job)
    {
        var isStateless = job.Home < 0;
        var address = new FunctionAddress(job.App, job.Function.Name);
        return new SchedulingRequest(
            address,
            isStateless ? TriggerKind.Http : TriggerKind.KeySet,
            new PartitionId(job.App, job.Partition),
            isStateless ? null : _nodes[job.Home].Id,
            _nodes[job.Caller].Id
        )
        {
            Key = isStateless ? null : KeyOf(job.App, job.Partition),
            PayloadBytes = job.Bytes,
            CallerWaitMs = (float)_nodes[job.Caller].WaitMs(_now),
            Character = _characters[job.Caller].CharacterOf(address, isStateless),
        };
    }

    private void StartAll(SimulatedNode node)
    {
        while (node.TryStart(_now, out var ends) is { } job)
        {
            At(ends, Step.HasRun, job);
        }
    }

    private void HasRun(Job job)
    {
        var node = _nodes[job.Node];
        node.Ended(job, _now);
        Learn(job, _characters[job.Node]);
        StartAll(node);
        if (job.Home < 0 || job.Home == job.Node)
        {
            End(job);
            return;
        }

        // Half of the bytes come from home, half go there; the slot is free meanwhile.
        var bytes = job.Function.KvBytes / 2;
        var sent = Math.Max(_nodes[job.Home].Send(bytes, _now), node.Send(bytes, _now));
        At(sent + (job.Function.KvCalls * _workload.Cluster.RttMs), Step.Ends, job);
    }

    /// <summary>A node records what it runs, as the product's runner does.</summary>
    private void Learn(Job job, CharacterTable characters)
    {
        const double MicrosPerMs = 1000;
        var function = job.Function;
        if (characters.Of(new FunctionAddress(job.App, function.Name)) is not { } profile)
        {
            return;
        }

        // As on the cluster's average node, as the product does it.
        var speed = _nodes[job.Node].Speed / _meanSpeed;
        profile.Record(Measure.Run, (long)(job.TookMs * speed * MicrosPerMs));
        profile.Record(Measure.Payload, job.Bytes);
        if (job.ColdMs > 0)
        {
            characters
                .OfApp(job.App)
                ?.Record(Measure.ColdStart, (long)(job.ColdMs * speed * MicrosPerMs));
        }

        if (job.Home >= 0)
        {
            profile.Record(Measure.RoundTrips, (long)function.KvCalls);
            profile.Record(Measure.Read, (long)function.KvBytes / 2);
            profile.Record(Measure.Written, (long)function.KvBytes / 2);
        }

        foreach (var next in function.Next ?? [])
        {
            profile.SetOff(
                CharacterTable.HashOf(new FunctionAddress(job.App, next.Function)),
                FrozenHash.Of(job.App),
                (long)(job.TookMs * MicrosPerMs)
            );
        }
    }

    private void End(Job job)
    {
        var child = 0;
        foreach (var next in job.Function.Next ?? [])
        {
            for (var i = 0; i < next.Times; i++)
            {
                Place(ChildOf(job, _functions[next.Function], child++));
            }
        }

        if (--job.Flow.Open == 0)
        {
            var isHere = job.Caller == job.Node;
            job.Flow.EndedMs = _now + (isHere ? 0 : _workload.Cluster.RttMs / 2);
        }
    }

    private static Job ChildOf(Job job, FunctionShape function, int index)
    {
        var seed = job.ChildSeed(index);
        return new Job
        {
            Flow = job.Flow,
            Function = function,
            App = job.App,
            Copy = job.Copy,
            Partition = job.Partition,
            Home = job.Home,
            Caller = job.Home,
            Bytes = 64,
            RunMs = new Draws(seed).Lognormal(function.RunMs),
            Seed = seed,
        };
    }

    private void Report(int number)
    {
        // As the product does it: what happened since goes with the load, as far as there is room.
        var own = _characters[number];
        own.Fold();
        var told = _news.AsSpan(0, own.Tell(_news));
        foreach (var other in _characters)
        {
            if (other != own && !other.Hear(told))
            {
                throw new InvalidDataException("A node cannot read what another one has told.");
            }
        }

        var report = _view.Nodes[number].Report + 1;
        _view = new ClusterSnapshot(
            _view.Epoch + 1,
            _view.Nodes.SetItem(number, _nodes[number].Report(_now, report))
        );
        At(_now + _workload.Cluster.HeartbeatMs, Step.Reports, null, number);
    }

    private int HomeOf(string app, int partition) => Straw2.Pick(KeyOf(app, partition), _straws);

    private static ulong KeyOf(string app, int partition) => FrozenHash.Of(app) + (ulong)partition;

    private void At(double ms, Step step, Job? job, int number = 0) =>
        _queue.Enqueue((step, job, number), (ms, _order++));
}
