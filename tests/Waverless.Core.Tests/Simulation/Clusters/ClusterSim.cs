using Waverless.Cluster;
using Waverless.Cluster.Moves;
using Waverless.Cluster.Placement;
using Waverless.Messaging;
using Waverless.Messaging.Memory;
using Waverless.Scheduling;
using Waverless.Storage;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// A cluster of whole nodes on one thread, one clock and one seed, with a network that has faults.
/// </summary>
internal sealed class ClusterSim : IFaultTarget
{
    private readonly Dictionary<uint, MemoryDisk> _disks = [];
    private readonly List<ClusterNode> _file = [];

    public ClusterSim(int seed = 1, int nodes = 3)
    {
        Loop = new SimLoop(seed);
        Network = new MemoryNetwork(Loop.Clock, Loop.Story, new Random(seed))
        {
            // A local network, so that things take time, and overtake each other.
            Faults = new LinkFaults
            {
                DelayLow = TimeSpan.FromMilliseconds(0.1),
                DelayHigh = TimeSpan.FromMilliseconds(1),
            },
        };
        for (var id = 1u; id <= nodes; id++)
        {
            _file.Add(new ClusterNode(Address(id), NodeRoles.All));
        }
    }

    public SimLoop Loop { get; }

    public MemoryNetwork Network { get; }

    public NodeSettings Settings { get; set; } = new();

    public IScheduler Scheduler { get; set; } = new LocalityScheduler();

    public List<TestApp> Apps { get; } = [];

    /// <summary>Whether apps can be deployed while the cluster runs.</summary>
    public bool Depots { get; set; }

    /// <summary>Whether partitions go where the map says.</summary>
    public bool Moves { get; set; }

    /// <summary>Whether a node dies at a step of a move; null: none does.</summary>
    public Func<uint, MoveStep, bool>? DiesAt { get; set; }

    /// <summary>Whether a node cannot run a package; null: all can run all.</summary>
    public Func<uint, Waverless.Apps.AppPackage, bool>? Unfit { get; set; }

    /// <summary>Whether a node's disk takes no package now; null: all have room.</summary>
    public Func<uint, bool>? Full { get; set; }

    /// <summary>What can be deployed, by its hash: tests do not carry code in packages.</summary>
    public Dictionary<string, TestApp> Deployable { get; } = new(StringComparer.Ordinal);

    /// <summary>The nodes that run, by their ids.</summary>
    public SortedDictionary<uint, ClusterSimNode> Nodes { get; } = [];

    /// <summary>Every attempt to run a function: where, and what.</summary>
    public List<(uint Node, string Function, string Payload)> Attempts { get; } = [];

    public IReadOnlyList<ClusterNode> File => _file;

    /// <summary>By how much the clock of a node is off.</summary>
    public Func<uint, TimeSpan> SkewOf { get; set; } = static _ => TimeSpan.Zero;

    /// <summary>What must never be, and was, as functions have seen it.</summary>
    public List<string> Violations { get; } = [];

    public IReadOnlyCollection<NodeId> All => [.. _file.Select(node => node.Id)];

    public TestApp App(string name)
    {
        var app = new TestApp(name);
        Apps.Add(app);
        return app;
    }

    /// <summary>Gives a node of the file tags, before it boots.</summary>
    public void Tag(uint id, params string[] tags)
    {
        var index = _file.FindIndex(node => node.Id.Value == id);
        _file[index] = _file[index] with { Tags = [.. tags] };
    }

    /// <summary>Waits until all nodes that run see each other, and the lost ones out.</summary>
    public Task ConvergedAsync() =>
        UntilAsync(() =>
            Nodes.Values.All(node => node.Node.Cluster!.View.Nodes.Length == Nodes.Count)
        );

    /// <summary>Boots all nodes of the file and tells a story.</summary>
    public void Run(Func<Task> story) =>
        Loop.Run(
            async () =>
            {
                await Task.WhenAll(_file.Select(node => BootAsync(node.Id.Value)));
                await story();
            },
            TimeSpan.FromHours(1)
        );

    /// <summary>Boots a node on the disk that its life before has left.</summary>
    public async Task<ClusterSimNode> BootAsync(uint id)
    {
        if (!_disks.TryGetValue(id, out var disk))
        {
            _disks.Add(id, disk = new MemoryDisk());
        }

        var node = new ClusterSimNode(this, id, disk);
        Nodes[id] = node;
        await node.StartAsync();
        return node;
    }

    /// <summary>A node stops as it should.</summary>
    public async Task StopAsync(uint id)
    {
        var node = Nodes[id];
        await node.Scheduler.Start(() => node.Node.StopAsync(CancellationToken.None));
        await node.Scheduler.Start(async () => await node.Node.DisposeAsync());
        Nodes.Remove(id);
    }

    /// <summary>Boots a node that the others do not know of.</summary>
    public Task<ClusterSimNode> JoinAsync(uint id, double weight = 1)
    {
        _file.Add(new ClusterNode(Address(id), NodeRoles.All) { Weight = weight });
        return BootAsync(id);
    }

    /// <summary>The process of a node dies; what it has committed stays on its disk.</summary>
    public void Crash(uint id) => Crash(id, silently: false);

    public void Crash(uint id, bool silently)
    {
        Nodes[id].Die();
        Network.Crash(new NodeId(id), silently);
        Nodes.Remove(id);
    }

    /// <summary>Says that a node has done a step of a move: here it may end.</summary>
    public void Passed(ClusterSimNode node, MoveStep step)
    {
        if (node.IsAlive && DiesAt?.Invoke(node.Id, step) == true)
        {
            Crash(node.Id);

            // Not one instruction of it runs any more.
            throw new NodeDiedException(node.Id, step);
        }
    }

    public bool IsAlive(uint id) => Nodes.ContainsKey(id);

    /// <summary>Does not wait: what it needs to come up may be away as well.</summary>
    public Task BeginAsync(uint id)
    {
        _ = BootAsync(id);
        return Task.CompletedTask;
    }

    public void SetHung(uint id, bool isHung)
    {
        if (!Nodes.TryGetValue(id, out var node) || node.IsHung == isHung)
        {
            return;
        }

        node.IsHung = isHung;
        node.HasHung = true;
        if (isHung)
        {
            node.Scheduler.Pause();
            Network.Hang(new NodeId(id));
        }
        else
        {
            node.Scheduler.Resume();
            Network.Resume(new NodeId(id));
        }
    }

    public async Task LeaveAsync(uint id)
    {
        var node = Nodes[id];
        await node.Scheduler.Start(() => node.Node.StopAsync(CancellationToken.None));
        if (Nodes.TryGetValue(id, out var now) && now == node)
        {
            Crash(id);
        }
    }

    /// <summary>Deploys a version to the cluster, from one of its nodes.</summary>
    public Task DeployAsync(ClusterSimNode from, TestApp app)
    {
        var package = Waverless.Apps.AppPackage.Create(app.Manifest);
        Deployable[package.ContentHash] = app;
        return from.Scheduler.Start(() =>
            from.Node.Cluster!.Deployer!.DeployAsync(package, CancellationToken.None)
        );
    }

    /// <summary>The node where a partition of an app is at home.</summary>
    public uint HomeOf(string app, int partition = 0) =>
        (Nodes.Count > 0 ? Nodes.Values.First().Node.Cluster!.Homes.Map : InitialMap.Of([.. _file]))
            .HomeOf(new Kv.PartitionId(app, partition))
            .Value;

    /// <summary>Another node than that one.</summary>
    public ClusterSimNode Other(uint id) => Nodes.Values.First(node => node.Id != id);

    public async Task UntilAsync(Func<bool> condition) =>
        Assert.True(
            await Loop.UntilAsync(condition, TimeSpan.FromMinutes(10)),
            "it has not come about within 10 simulated minutes"
        );

    /// <summary>Waits until nothing waits or runs any more on any node.</summary>
    public Task DrainedAsync() =>
        UntilAsync(() =>
            Nodes.Values.All(node => Apps.All(app => node.Node.Backlog.Of(app.Name) == 0))
        );

    private static NodeAddress Address(uint id) => new(new NodeId(id), "node-" + id, 2500);
}
