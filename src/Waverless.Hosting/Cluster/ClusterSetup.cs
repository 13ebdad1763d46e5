using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Cluster.Files;
using Waverless.Hosting.Joining;
using Waverless.Scheduling;
using Waverless.Transport;
using Waverless.Transport.Identity;

namespace Waverless.Hosting.Cluster;

/// <summary>Puts together what makes a host a node of a cluster, from its options.</summary>
internal sealed class ClusterSetup(
    WaverlessOptions options,
    string contentRoot,
    SchedulerCatalog schedulers,
    TimeProvider time,
    IMeterFactory meters,
    ILoggerFactory loggers
)
{
    private ClusterSource? _source;
    private NodeIdentity? _identity;

    /// <summary>Which node the host is, once it is put together.</summary>
    public ClusterNode Self => _source!.Self;

    /// <summary>The nodes that the host began with.</summary>
    public ImmutableArray<ClusterNode> Nodes => _source!.File.Nodes;

    /// <summary>What it proves who it is with.</summary>
    public NodeIdentity Identity => _identity!;

    /// <summary>Where it listens.</summary>
    public IPAddress ListensAt => AddressOf(Self);

    /// <summary>Where it takes joins.</summary>
    public int JoinPort => options.JoinPort ?? Self.Address.Port + 2;

    /// <summary>Where the authority's key is, if it has that.</summary>
    public string AuthorityFile => Certificates(_source!).AuthorityWithKeyFile;

    public bool HasAuthority => File.Exists(AuthorityFile);

    /// <summary>What a node that has joined keeps; null: the others know it anyway.</summary>
    public JoinedFolder? Joined =>
        _source is { Join: not null } source ? new JoinedFolder(FolderOf(source)) : null;

    /// <summary>The authority with its key; null: the host has not got that.</summary>
    /// <exception cref="ClusterSetupException">It cannot be used.</exception>
    public ClusterAuthority? FindAuthority() => Certificates(_source!).FindAuthority();

    /// <summary>The parts; null: the node is by itself.</summary>
    /// <exception cref="ClusterSetupException">The options do not make a node.</exception>
    public ClusterParts? Create()
    {
        if (ClusterSource.Read(options, contentRoot) is not { } source)
        {
            return null;
        }

        if (source is { IsStranger: true, Join: { } join })
        {
            HostJoin.Join(join, new JoinedFolder(FolderOf(source)), time);
            source = ClusterSource.Read(options, contentRoot)!;
            Log.Joined(loggers.CreateLogger("Waverless.Cluster"), source.Self.Id.Value);
        }

        var (file, self) = (source.File, source.Self);
        _source = source;
        _identity = Certificates(source).Open(self.Id, IsLocal(file));
        var logger = loggers.CreateLogger("Waverless.Transport");
        return new ClusterParts
        {
            Self = self.Id,
            Nodes = file.Nodes,
            HasJoined = source.Join is not null,
            MovesPartitions = true,
            Scheduler = SchedulerOf(),
            Transport = ClusterTransport.Create(
                new TransportOptions
                {
                    Identity = _identity,
                    Listen = new IPEndPoint(AddressOf(self), self.Address.Port),
                    AdvertisedHost = self.Address.Host,
                    Kind = options.Transport,
                    Time = time,
                    Meters = meters,
                    Logger = logger,
                }
            ),
        };
    }

    /// <summary>Which node this host is; null: it is by itself.</summary>
    /// <exception cref="ClusterSetupException">The options name no node of a cluster.</exception>
    public ClusterNode? FindSelf() => ClusterSource.Read(options, contentRoot)?.Self;

    private ClusterCertificates Certificates(ClusterSource source) =>
        new(FolderOf(source), options.ClusterName, time);

    private string FolderOf(ClusterSource source) =>
        Path.GetFullPath(options.CertificateFolder, source.Folder);

    private IScheduler SchedulerOf()
    {
        try
        {
            return schedulers.Find(options.Scheduler);
        }
        catch (UnknownSchedulerException e)
        {
            throw new ClusterSetupException($"'Waverless:Scheduler': {e.Message}", e);
        }
    }

    /// <summary>Only the loopback can be trusted to be one person's.</summary>
    private static bool IsLocal(ClusterFile file) =>
        file.Nodes.All(node =>
            node.Address.Host == "localhost"
            || (IPAddress.TryParse(node.Address.Host, out var ip) && IPAddress.IsLoopback(ip))
        );

    private static IPAddress AddressOf(ClusterNode self)
    {
        if (IPAddress.TryParse(self.Address.Host, out var ip))
        {
            return ip;
        }

        // A name is how others find it; here it may be any of the machine's addresses.
        return self.Address.Host == "localhost" ? IPAddress.Loopback : IPAddress.IPv6Any;
    }
}
