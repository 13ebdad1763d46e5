using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Cluster.Calls;
using Waverless.Cluster.Cascades;
using Waverless.Cluster.Deployment;
using Waverless.Cluster.Loads;
using Waverless.Cluster.Locking;
using Waverless.Cluster.Membership;
using Waverless.Cluster.Moves;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Cluster.Routing;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Messaging;
using Waverless.Scheduling;
using Waverless.Scheduling.Warming;
using NodeRecord = Waverless.Messaging.Wire.NodeRecord;

namespace Waverless.Cluster;

/// <summary>What makes a node one of a cluster: it finds the others, and serves them.</summary>
internal sealed class ClusterMember : IDisposable
{
    private static readonly TimeSpan CatchUpMax = TimeSpan.FromSeconds(5);

    private readonly ClusterParts _parts;
    private readonly AppCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly PeerRequests _requests = new();
    private readonly PeerClient _peers;
    private readonly Absences _absences = new();
    private readonly CancellationTokenSource _stopping = new();
    private IKvStore? _metadata;
    private Action<Func<Task>>? _start;
    private readonly ulong _bootId;
    private readonly int _random;
    private readonly IMeterFactory _meters;
    private readonly AppWarming _warming;
    private readonly ClusterLoads _loads;
    private readonly Lock _viewing = new();
    private ClusterSnapshot? _view;
    private ulong _epoch;

    /// <param name="parts">What the node is given; its engine is the node's own.</param>
    /// <param name="cluster">What it is given as one of a cluster.</param>
    /// <param name="catalog">What is deployed on the node.</param>
    /// <param name="bootId">This life of the node.</param>
    /// <param name="warming">What it learns of its functions.</param>
    public ClusterMember(
        NodeParts parts,
        ClusterParts cluster,
        AppCatalog catalog,
        ulong bootId,
        AppWarming warming
    )
    {
        _parts = cluster;
        _catalog = catalog;
        _time = parts.Time;
        _bootId = bootId;
        _random = parts.Random.Next();
        _meters = parts.Meters;
        var file = cluster.Nodes;
        Book = new PeerBook(file.Select(node => node.Address));
        Homes = HomesOf(cluster);
        _peers = new PeerClient(cluster.Transport, Book, cluster.Self);
        var home = new HomeClient(_peers, Homes, _time);
        var remote = new RemotePartitions(home);
        Locks = new RemoteLocks(home, bootId);
        var gate = new RoutingGate(Homes, _time);
        Engine = new RoutedEngine(parts.Engine, Homes, remote, gate, VersionOf);
        Members = new SwimMembership(
            new SwimParts
            {
                Transport = cluster.Transport,
                Profile = ProfileOf(file.First(node => node.Id == cluster.Self)),
                Boot = Membership.BootId.Next(_time.GetUtcNow(), parts.Random),
                Seeds = [.. file.Select(node => node.Address)],
                Time = _time,
                Scheduler = parts.Scheduler,
                Random = new Random(parts.Random.Next()),
                Meters = parts.Meters,
                Loggers = parts.Loggers,
                Options = cluster.Membership,
            }
        );
        _warming = warming;
        _loads = new ClusterLoads(Members, warming.Characters);
        View = _loads.SnapshotOf(Members.Current, 0);
        _absences.Learn(Members.Current);
        Members.Changed += Learn;
        var calls = new RemoteCalls(_peers, _time);
        Picker = new NodePicker(Homes, cluster.Scheduler, parts.Schedulers, () => View)
        {
            OwnWaitMs = () => warming.Gauge.WaitMs,
        };
        Placer = new EventPlacer(Picker, _peers, _absences);
        Router = new CallRouter(Picker, calls, new RetryBudget(_time), _time);
    }

    public NodeId Self => Homes.Self;

    public PeerBook Book { get; }

    /// <summary>Who is there.</summary>
    public SwimMembership Members { get; }

    public PartitionHomes Homes { get; }

    /// <summary>The store of the whole cluster.</summary>
    public RoutedEngine Engine { get; }

    /// <summary>Picks the node for an invocation.</summary>
    public NodePicker Picker { get; }

    public CallRouter Router { get; }

    /// <summary>Has events of this home run on other nodes.</summary>
    public EventPlacer Placer { get; }

    /// <summary>The cluster's own keys; from when the node serves.</summary>
    public IKvStore Metadata => _metadata!;

    /// <summary>What the cluster has deployed; null: the node follows nobody.</summary>
    public ClusterCatalog? Catalog { get; private set; }

    /// <summary>Deploys to all nodes; null: the node follows nobody.</summary>
    public ClusterDeployer? Deployer { get; private set; }

    /// <summary>Gives and takes partitions; null: they stay where they are.</summary>
    public ClusterMoves? Moves { get; private set; }

    /// <summary>The workers that take work, as this node sees them.</summary>
    public ClusterSnapshot View
    {
        get => Volatile.Read(ref _view!);
        private set => Volatile.Write(ref _view, value);
    }

    /// <summary>The nodes that are there: the one with the metadata first, whatever it is.</summary>
    public IEnumerable<ClusterNode> Known() =>
        Members
            .Current.Members.Where(member => member.IsPresent || member.Id == Homes.Coordinator)
            .OrderByDescending(member => member.Id == Homes.Coordinator)
            .ThenByDescending(member => member.Profile.Roles.HasFlag(NodeRoles.Worker))
            .Select(member => new ClusterNode(member.Profile.Address, member.Profile.Roles)
            {
                Weight = member.Profile.Weight,
            });

    /// <summary>Asks for locks of keys that are at home elsewhere.</summary>
    public ILockHomes Locks { get; }

    /// <summary>Tells what others ask for is to be served by; before it begins.</summary>
    public void Serve(
        FunctionInvoker invoker,
        EventRequests events,
        FrontDoor door,
        IKvStore metadata,
        CascadeRegistry cascades,
        EventPump pump,
        LockLeases locks,
        Task ready
    )
    {
        _metadata = metadata;
        Engine.Secret = new ClusterSecret(metadata);
        _start = pump.Start;
        invoker.Router = Router;
        cascades.News = new CascadeNews(_peers, _bootId, pump.Start, _time);
        var partitions = new PartitionRequests(
            door,
            Engine.Inner,
            Homes,
            VersionOf,
            _time,
            _bootId,
            ready
        );
        partitions.Serve(_requests);
        locks.Homes = Locks;
        new LockRequests(locks, partitions, _time).Serve(_requests);
        new CallRequests(invoker, Self, InService, _time).Serve(_requests);
        events.Serve(_requests);
        new CascadeRequests(cascades).Serve(_requests);
        new WarmRequests(_warming.Chains, _peers, Homes, _parts.Scheduler, () => View).Serve(
            _requests
        );
        for (ushort kind = 1; kind <= ClusterMessages.MembershipLast; kind++)
        {
            _requests.OnPost(kind, Members.OnPostAsync);
        }
    }

    /// <summary>Has partitions go where the cluster's map says; before the node starts.</summary>
    public void Move(
        PartitionHandover events,
        Timers.DeadlineDriver deadlines,
        LockLeases locks,
        Action<PartitionId> arrived,
        Task ready,
        ILoggerFactory loggers
    )
    {
        if (!_parts.MovesPartitions || Engine.Inner is not IPartitionTransfer transfer)
        {
            return;
        }

        var logger = loggers.CreateLogger("Waverless.Cluster.Moves");
        var self = _parts.Nodes.First(node => node.Id == Self);
        var store = new MapStore(_metadata!);
        var nodes = _parts.Nodes;
        Moves = new ClusterMoves(
            new MoveParts
            {
                Engine = Engine.Inner,
                Transfer = transfer,
                Homes = Homes,
                Peers = _peers,
                Follower = new MapFollower(store, Homes, self, nodes, _bootId, _time, logger),
                Members = Members,
                Events = events,
                Deadlines = deadlines,
                Locks = locks,
                Arrived = arrived,
                Start = _start!,
                Ready = ready,
                Stopping = _stopping.Token,
                Time = _time,
                Random = new Random(_random),
                Logger = logger,
                Metrics = new MoveMetrics(_meters),
                Passed = _parts.MovePassed,
            }
        )
        {
            Leaving = Members.BeginLeave,
            IsQuiet = () => _warming.Gauge.Last.Active == 0,
        };
        Moves.Serve(_requests);
    }

    /// <summary>Follows the cluster's catalog; before the node starts.</summary>
    public void Follow(IPackageDepot depot, ILoggerFactory loggers)
    {
        var record = new NodeRecord { Node = Self.Value, BootId = _bootId };
        var logger = loggers.CreateLogger("Waverless.Cluster");
        Catalog = new ClusterCatalog(new CatalogStore(_metadata!), depot, record, _time, logger);
        Deployer = new ClusterDeployer(Catalog, Present, _time);
    }

    /// <summary>Begins to hear the others, and catches up with them.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        Moves?.Recall();
        await _parts.Transport.ListenAsync(_requests, ct);
        Members.Start();
        await (Moves?.StartAsync() ?? Task.CompletedTask);
        _warming.Pulse.Tell = Report;
        _warming.Pulse.Wake();
        if (Catalog is null)
        {
            return;
        }

        _start!(() => Catalog.RunAsync(_stopping.Token));
        // Begins with what it has if that takes long; the catalog is followed once it can be
        // reached.
        await using var timer = _time.CreateTimer(
            static state => ((ClusterCatalog)state!).GiveUp(),
            Catalog,
            CatchUpMax,
            Timeout.InfiniteTimeSpan
        );
        await Catalog.CaughtUp;
    }

    /// <summary>Says goodbye, and hears nobody any more.</summary>
    public async ValueTask StopAsync()
    {
        _stopping.Cancel();
        await Members.LeaveAsync(CancellationToken.None);
        await Members.DisposeAsync();
        await _parts.Transport.DisposeAsync();
    }

    public void Dispose() => _stopping.Dispose();

    private static PartitionHomes HomesOf(ClusterParts cluster)
    {
        if (!cluster.HasJoined)
        {
            var all = cluster.Nodes;
            return new(cluster.Self, CoordinatorOf(all), InitialMap.Of(all));
        }

        // The others began without it, and long ago: what is where it has yet to be told.
        var keeper = CoordinatorOf(cluster.Nodes.RemoveAll(node => node.Id == cluster.Self));
        return new(cluster.Self, keeper, InitialMap.Unknown(keeper));
    }

    /// <summary>The first node that is there for it; by the cluster file, so that all agree.</summary>
    private static NodeId CoordinatorOf(ImmutableArray<ClusterNode> nodes) =>
        nodes
            .OrderByDescending(node => node.Roles.HasFlag(NodeRoles.Meta))
            .ThenBy(node => node.Id.Value)
            .First()
            .Id;

    private static MemberProfile ProfileOf(ClusterNode node) =>
        new(node.Address, node.Roles)
        {
            Weight = node.Weight,
            Tags = node.Tags,
            HttpAddress = node.PublicUrl,
        };

    /// <summary>The nodes that a deployment waits for: those of the file, unless they are away.</summary>
    private List<NodeId> Present() =>
        [.. Members.Current.Members.Where(member => member.IsPresent).Select(member => member.Id)];

    private void Learn(MembershipView view)
    {
        foreach (var member in view.Members)
        {
            Book.Set(member.Profile.Address);
        }

        Look(view);
        _absences.Learn(view);
    }

    /// <summary>Tells this node's load, and looks at what the others tell.</summary>
    private void Report(NodeLoad load)
    {
        var self = Members.Local;
        var isLeaving = self.Profile.IsLeaving || self.State != MemberState.Alive;
        var members = Members.Current;
        _loads.Tell(load with { IsDraining = isLeaving }, members.Members.Length);
        Look(members);
        var view = View;
        if (view.IndexOf(Self) is >= 0 and var own)
        {
            _warming.Characters.Speed = 1 / new ClusterLayout(view).RunFactor(own);
        }
    }

    private void Look(MembershipView view)
    {
        lock (_viewing)
        {
            _loads.Hear(view);
            View = _loads.SnapshotOf(view, ++_epoch);
        }
    }

    private DeployedApp? InService(string app) => _catalog.Current.Apps.GetValueOrDefault(app);

    private string VersionOf(string app) => InService(app)?.Version.Hash ?? "";
}
