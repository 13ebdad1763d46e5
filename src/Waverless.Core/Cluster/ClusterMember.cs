using Waverless.Apps;
using Waverless.Cluster.Calls;
using Waverless.Cluster.Cascades;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Cluster.Routing;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Cluster;

/// <summary>What makes a node one of a cluster: it finds the others, and serves them.</summary>
internal sealed class ClusterMember
{
    private readonly ClusterParts _parts;
    private readonly AppCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly PeerRequests _requests = new();
    private readonly PeerClient _peers;

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
        Homes = new PartitionHomes(parts.Transport.Local.Id, InitialMap.Of(parts.Nodes));
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

    /// <summary>The workers, as this node sees them.</summary>
    public ClusterSnapshot View { get; private set; }

    /// <summary>Tells what others ask for is to be served by; before it begins.</summary>
    public void Serve(
        FunctionInvoker invoker,
        FrontDoor door,
        CascadeRegistry cascades,
        EventPump pump,
        ulong bootId,
        Task ready
    )
    {
        invoker.Router = Router;
        cascades.News = new CascadeNews(_peers, bootId, pump.Start, _time);
        new PartitionRequests(door, Engine.Inner, Homes, VersionOf, ready).Serve(_requests);
        new CallRequests(invoker, _time).Serve(_requests);
        new CascadeRequests(cascades).Serve(_requests);
    }

    /// <summary>Begins to hear the others.</summary>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public ValueTask StartAsync(CancellationToken ct) =>
        _parts.Transport.ListenAsync(_requests, ct);

    public ValueTask StopAsync() => _parts.Transport.DisposeAsync();

    private string VersionOf(string app) =>
        _catalog.Current.Apps.TryGetValue(app, out var deployed) ? deployed.Version.Hash : "";
}
