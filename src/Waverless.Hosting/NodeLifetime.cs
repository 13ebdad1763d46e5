using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Waverless.Cluster;
using Waverless.Hosting.Cluster;
using Waverless.Hosting.Joining;

namespace Waverless.Hosting;

/// <summary>Starts the node with its host and stops it with it: drain first, then cancel.</summary>
internal sealed class NodeLifetime(
    Node node,
    AppStartup startup,
    NodePackageDepot depot,
    ClusterSetup cluster,
    JoinDesk desk,
    ILoggerFactory loggers,
    IOptions<WaverlessOptions> options,
    TimeProvider time,
    ILogger<NodeLifetime> logger
) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        node.Cluster?.Follow(depot, loggers);
        if (node.Cluster is not null && cluster.Joined is { } folder)
        {
            new KeptNodes(node.Cluster, folder, logger).Follow();
        }

        var apps = 0;
        try
        {
            await node.StartAsync(
                async () => apps = await startup.DeployAsync(node.Deployer, cancellationToken),
                cancellationToken
            );
        }
        catch
        {
            // A host that does not start is not stopped either; the store must not stay held.
            await node.StopAsync(new CancellationToken(canceled: true));
            throw;
        }

        desk.Resume();
        Log.Ready(logger, apps, time.GetElapsedTime(began));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await desk.DisposeAsync();
        using var drain = new CancellationTokenSource(options.Value.DrainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            drain.Token,
            cancellationToken
        );
        await node.StopAsync(either.Token);
        Log.Stopped(logger);
    }
}
