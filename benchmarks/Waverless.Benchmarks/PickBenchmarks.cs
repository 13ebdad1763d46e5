using BenchmarkDotNet.Attributes;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Scheduling;

namespace Waverless.Benchmarks;

/// <summary>What it costs to choose a node, by the size of the cluster.</summary>
[MemoryDiagnoser]
public class PickBenchmarks
{
    private readonly SchedulerCatalog _catalog = new([], new Random(1), TimeProvider.System);
    private readonly SchedulingRequest _request = new(
        new FunctionAddress("wordcount", "count"),
        TriggerKind.Http,
        new PartitionId("wordcount", 0),
        null,
        new NodeId(1)
    )
    {
        Character = new FunctionCharacter
        {
            RunMs = 5,
            IsStateless = true,
            ColdStartMs = 79,
        },
    };

    private readonly SchedulingRequest _event = new(
        new FunctionAddress("wordcount", "slice"),
        TriggerKind.KeySet,
        new PartitionId("wordcount", 0),
        new NodeId(3),
        new NodeId(3)
    )
    {
        Character = new FunctionCharacter
        {
            RunMs = 5,
            KvCalls = 2,
            KvBytes = 65_536,
        },
    };

    private IScheduler? _scheduler;
    private ClusterSnapshot? _cluster;

    [Params(10, 64, 100, 1_000)]
    public int Nodes { get; set; }

    [Params("random", "straw2", "least-loaded", "adaptive")]
    public string Scheduler { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var warm = WarmApps.Create([KeyValuePair.Create("wordcount", 1)]);
        _scheduler = _catalog.Find(Scheduler);
        _cluster = new ClusterSnapshot(
            1,
            [
                .. Enumerable
                    .Range(1, Nodes)
                    .Select(id => new NodeView(new NodeId((uint)id), 4, [], 2)
                    {
                        Slots = 4,
                        Warm = id % 4 == 0 ? warm : WarmApps.None,
                    }),
            ]
        );
    }

    /// <summary>A stateless function.</summary>
    [Benchmark]
    public NodeId? Pick() => _scheduler!.Pick(_request, _cluster!);

    /// <summary>An event, placed at the home of its data.</summary>
    [Benchmark]
    public NodeId? PickEvent() => _scheduler!.Pick(_event, _cluster!);
}
