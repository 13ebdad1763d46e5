using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Cluster.Files;
using Waverless.Scheduling;
using Waverless.Transport;

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
    /// <summary>The parts; null: the node is by itself.</summary>
    /// <exception cref="ClusterSetupException">The options do not make a node.</exception>
    public ClusterParts? Create()
    {
        if (ClusterSource.Read(options, contentRoot) is not { } source)
        {
            return null;
        }

        var (file, self, folder) = source;
        var certificates = new ClusterCertificates(
            Path.GetFullPath(options.CertificateFolder, folder),
            options.ClusterName,
            time
        );
        var logger = loggers.CreateLogger("Waverless.Transport");
        return new ClusterParts
        {
            Self = self.Id,
            Nodes = file.Nodes,
            MovesPartitions = true,
            Scheduler = SchedulerOf(),
            Transport = ClusterTransport.Create(
                new TransportOptions
                {
                    Identity = certificates.Open(self.Id, IsLocal(file)),
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
