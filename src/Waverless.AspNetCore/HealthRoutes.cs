using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;

namespace Waverless.AspNetCore;

/// <summary>
/// Maps the host's health checks that are tagged <c>live</c> and <c>ready</c>, ours among them.
/// </summary>
internal static class HealthRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "live");
        Map(routes, "ready");
    }

    private static void Map(IEndpointRouteBuilder routes, string tag) =>
        routes.MapHealthChecks(
            "/health/" + tag,
            new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag) }
        );
}
