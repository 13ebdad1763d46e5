using Microsoft.Extensions.Diagnostics.HealthChecks;
using Waverless.Cluster;

namespace Waverless.Hosting.Health;

/// <summary>Ready: the node serves calls, and its store takes writes.</summary>
internal sealed class NodeReadyCheck(Node node, StoreHealth store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            !node.IsReady ? HealthCheckResult.Unhealthy("The node is starting or stopping.")
            : store.Problem is { } problem ? HealthCheckResult.Unhealthy(problem)
            : node.Triggers.ArePaused
                ? HealthCheckResult.Degraded(
                    "Triggers are paused: calls are answered, events wait until they are resumed."
                )
            : HealthCheckResult.Healthy()
        );
}
