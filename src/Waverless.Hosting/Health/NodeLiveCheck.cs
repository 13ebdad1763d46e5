using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Waverless.Hosting.Health;

/// <summary>Live: the process answers.</summary>
internal sealed class NodeLiveCheck : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(HealthCheckResult.Healthy());
}
