using System.Net;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Files;
using Waverless.Messaging;
using Waverless.Scheduling;
using Waverless.Transport;

namespace Waverless.Hosting.Cluster;

/// <summary>Puts together what makes a host a node of a cluster, from its options.</summary>
internal sealed class ClusterSetup(
    WaverlessOptions options,
    string contentRoot,
    SchedulerCatalog schedulers,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    /// <summary>The parts; null: the node is by itself.</summary>
    /// <exception cref="ClusterSetupException">The options do not make a node.</exception>
    public ClusterParts? Create()
    {
        if (options.ClusterFile is not { } path)
        {
            return null;
        }

        var full = Path.GetFullPath(path, contentRoot);
        var file = Read(full);
        var self = Find(file, full);
        var certificates = new ClusterCertificates(
            Path.GetFullPath(options.CertificateFolder, Path.GetDirectoryName(full)!),
            options.ClusterName,
            time
        );
        var logger = loggers.CreateLogger("Waverless.Transport");
        return new ClusterParts
        {
            Self = self.Id,
            Nodes = file.Nodes,
            Scheduler = SchedulerOf(),
            Transport = ClusterTransport.Create(
                new TransportOptions
                {
                    Identity = certificates.Open(self.Id, IsLocal(file)),
                    Listen = new IPEndPoint(AddressOf(self), self.Address.Port),
                    AdvertisedHost = self.Address.Host,
                    Kind = options.Transport,
                    Time = time,
                    Logger = logger,
                }
            ),
        };
    }

    /// <summary>Where the node of a host takes HTTP by default: a port above its own.</summary>
    public static string HttpAddressOf(NodeAddress address) =>
        $"http://{address.Host}:{address.Port + 1}";

    private static ClusterFile Read(string path)
    {
        try
        {
            return ClusterFileReader.Read(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterSetupException($"The cluster file cannot be read: {e.Message}", e);
        }
        catch (ManifestException e)
        {
            throw new ClusterSetupException(e.Message, e);
        }
    }

    private ClusterNode Find(ClusterFile file, string path)
    {
        var known = string.Join(", ", file.Nodes.Select(node => node.Id));
        if (options.NodeId is not { } id)
        {
            throw new ClusterSetupException(
                $"'Waverless:NodeId' is not set; expected one of the nodes of {path}: {known}."
            );
        }

        return file.Find(new NodeId(id))
            ?? throw new ClusterSetupException(
                $"'Waverless:NodeId' is {id}; expected one of the nodes of {path}: {known}."
            );
    }

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
