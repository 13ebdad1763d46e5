using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Cluster.Calls;
using Waverless.Cluster.Cascades;
using Waverless.Cluster.Deployment;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Cluster.Routing;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
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
    private readonly CancellationTokenSource _stopping = new();
    private IKvStore? _metadata;
    private Action<Func<Task>>? _start;
    private ulong _bootId;

    public ClusterMember(
        ClusterParts parts,
        IStorageEngine engine,
        AppCatalog catalog,
        TimeProvider time
    )
    {
        _parts = parts;
        _catalog = catalog;
        _time = time;
        Book = new PeerBook(parts.Nodes.Select(node => node.Address));
        Homes = new PartitionHomes(
            parts.Transport.Local.Id,
            CoordinatorOf(parts.Nodes),
            InitialMap.Of(parts.Nodes)
        );
        _peers = new PeerClient(parts.Transport, Book);
        var remote = new RemotePartitions(new HomeClient(_peers, Homes, time));
        Engine = new RoutedEngine(engine, Homes, remote, VersionOf);
        View = new ClusterSnapshot(
            0,
            [
                .. parts
                    .Nodes.Where(node => node.Roles.HasFlag(NodeRoles.Worker))
                    .OrderBy(node => node.Id.Value)
                    .Select(node => new NodeView(node.Id, node.Weight, node.Tags, 0)),
            ]
        );
        Router = new CallRouter(Homes, parts.Scheduler, () => View, new RemoteCalls(_peers, time));
    }

    public NodeId Self => Homes.Self;

    public PeerBook Book { get; }

    public PartitionHomes Homes { get; }

    /// <summary>The store of the whole cluster.</summary>
    public RoutedEngine Engine { get; }

    public CallRouter Router { get; }

    /// <summary>What the cluster has deployed; null: the node follows nobody.</summary>
    public ClusterCatalog? Catalog { get; private set; }

    /// <summary>Deploys to all nodes; null: the node follows nobody.</summary>
    public ClusterDeployer? Deployer { get; private set; }

    /// <summary>The workers, as this node sees them.</summary>
    public ClusterSnapshot View { get; private set; }

    /// <summary>Tells what others ask for is to be served by; before it begins.</summary>
    public void Serve(
        FunctionInvoker invoker,
        FrontDoor door,
        IKvStore metadata,
        CascadeRegistry cascades,
        EventPump pump,
        ulong bootId,
        Task ready
    )
    {
        _metadata = metadata;
        _start = pump.Start;
        _bootId = bootId;
        invoker.Router = Router;
        cascades.News = new CascadeNews(_peers, bootId, pump.Start, _time);
        new PartitionRequests(door, Engine.Inner, Homes, VersionOf, _time, ready).Serve(_requests);
        new CallRequests(invoker, Self, app => VersionOf(app).Length > 0, _time).Serve(_requests);
        new CascadeRequests(cascades).Serve(_requests);
    }

    /// <summary>Follows the cluster's catalog; before the node starts.</summary>
    public void Follow(IPackageDepot depot, ILoggerFactory loggers)
    {
        var record = new NodeRecord { Node = Self.Value, BootId = _bootId };
        var logger = loggers.CreateLogger("Waverless.Cluster");
        Catalog = new ClusterCatalog(new CatalogStore(_metadata!), depot, record, _time, logger);
        Deployer = new ClusterDeployer(Catalog, () => Book.All.Keys.ToList(), _time);
    }

    /// <summary>Begins to hear the others, and catches up with them.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        await _parts.Transport.ListenAsync(_requests, ct);
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

    public async ValueTask StopAsync()
    {
        _stopping.Cancel();
        await _parts.Transport.DisposeAsync();
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>The first node that is there for it; by the cluster file, so that all agree.</summary>
    private static NodeId CoordinatorOf(ImmutableArray<ClusterNode> nodes) =>
        nodes
            .OrderByDescending(node => node.Roles.HasFlag(NodeRoles.Meta))
            .ThenBy(node => node.Id.Value)
            .First()
            .Id;

    private string VersionOf(string app) =>
        _catalog.Current.Apps.TryGetValue(app, out var deployed) ? deployed.Version.Hash : "";
}
