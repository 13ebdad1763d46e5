using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Messaging.Memory;
using Waverless.Scheduling;
using Waverless.Storage;

namespace Waverless.Simulation.Clusters;

/// <summary>One node of a simulated cluster, in one of its lives.</summary>
internal sealed class ClusterSimNode
{
    private readonly ClusterSim _sim;
    private readonly ScriptedRuntime _runtime = new();

    public ClusterSimNode(ClusterSim sim, uint id, MemoryDisk disk)
    {
        _sim = sim;
        Id = id;
        Scheduler = new LoopScheduler(sim.Loop);
        _runtime.Began = call =>
            sim.Attempts.Add((id, call.Address.ToString(), Text(call.Payload.Bytes)));
        _runtime.BeganTooLate = call =>
            sim.Violations.Add($"{call.Address} ran on node {id} in a version that was gone");
        var address = sim.File.Single(node => node.Id.Value == id).Address;
        Transport = sim.Network.Join(address, Scheduler);
        Engine = new MemoryStorageEngine(null, disk);
        Node = new Node(
            new NodeParts
            {
                Engine = Engine,
                Runtimes = [_runtime],
                Threads = new SimThreads(Scheduler),
                Time = new SkewedClock(sim.Loop.Clock, sim.SkewOf(id)),
                Scheduler = Scheduler,
                Random = new Random(sim.Loop.Random.Next()),
                Meters = Meters,
                Loggers = NullLoggerFactory.Instance,
                Settings = sim.Settings with { NodeId = id },
                Schedulers = new SchedulerCatalog([], new Random((int)id), sim.Loop.Clock),
                Cluster = new ClusterParts
                {
                    Self = new NodeId(id),
                    Transport = Transport,
                    Nodes = [.. sim.File],
                    Scheduler = sim.Scheduler,
                    MovesPartitions = sim.Moves,
                    MovePassed = step => sim.Passed(this, step),
                },
            }
        );
    }

    /// <summary>What the node reports, apart from other nodes.</summary>
    public TestMeters Meters { get; } = new();

    public ScriptedRuntime Runtime => _runtime;

    public uint Id { get; }

    public Node Node { get; }

    public LoopScheduler Scheduler { get; }

    public MemoryTransport Transport { get; }

    public MemoryStorageEngine Engine { get; }

    /// <summary>On the node's own scheduler, as all of it runs.</summary>
    public Task StartAsync()
    {
        if (_sim.Depots)
        {
            Node.Cluster!.Follow(new SimDepot(_sim, this), NullLoggerFactory.Instance);
        }

        return BootAsync();
    }

    private Task BootAsync() =>
        Scheduler.Start(() =>
            Node.StartAsync(_sim.Apps.Select(_runtime.Version), CancellationToken.None)
        );

    public IKvStore Store(string app) => Node.Store(app);

    public Task<InvocationResult> CallAsync(
        string function,
        string payload = "",
        bool cascade = false,
        TimeSpan? timeout = null,
        string? partition = null,
        string? once = null
    ) =>
        On(async () =>
            await Node.Invoker.InvokeAsync(
                new InvocationRequest(FunctionAddress.Parse(function), Payload.FromText(payload))
                {
                    WaitForCascade = cascade,
                    Timeout = timeout,
                    PartitionKey = partition,
                    IdempotencyKey = once,
                }
            )
        );

    public Task<CommitResult> SetAsync(string app, string key, string value) =>
        On(async () =>
            await Store(app).CommitAsync(new KvBatch().Set(key, Encoding.UTF8.GetBytes(value)))
        );

    public Task<string?> GetAsync(string app, string key) =>
        On(async () =>
        {
            var into = new System.Buffers.ArrayBufferWriter<byte>();
            var read = await Store(app).GetAsync(key, into);
            return read.Found ? Encoding.UTF8.GetString(into.WrittenSpan) : null;
        });

    /// <summary>Runs something of the host's own code on the node.</summary>
    public async Task<T> On<T>(Func<Task<T>> work)
    {
        T result = default!;
        await Scheduler.Start(async () => result = await work());
        return result;
    }

    private static string Text(in System.Buffers.ReadOnlySequence<byte> bytes) =>
        EncodingExtensions.GetString(Encoding.UTF8, bytes);

    /// <summary>Whether its process stood still for a while.</summary>
    public bool HasHung { get; set; }

    public bool IsHung { get; set; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>Nothing of it runs any more.</summary>
    public void Die()
    {
        IsAlive = false;
        Scheduler.Kill();
    }
}
