using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore;
using Waverless.AspNetCore.Functions;
using Waverless.AspNetCore.Management;
using Waverless.Invocations;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Serves a node's functions over HTTP.</summary>
public static class WaverlessEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps <c>/{app}/{function}</c> and <c>/{app}</c> for the apps that are deployed, now and
    /// later; management under <c>/appmgmt</c> and <c>/_waverless</c>; and <c>/health</c>. The
    /// host's own endpoints and fallbacks stay reachable. A node of a cluster listens where its
    /// cluster file says, unless the host's configuration names URLs or ports.
    /// </summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <param name="configure">Changes the defaults.</param>
    /// <returns>All these routes, to add conventions such as <c>RequireAuthorization</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddWaverless</c> was not called.</exception>
    public static IEndpointConventionBuilder MapWaverless(
        this IEndpointRouteBuilder endpoints,
        Action<WaverlessHttpOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var known = services.GetService<IServiceProviderIsService>();
        if (known?.IsService(typeof(IFunctionInvoker)) == false)
        {
            throw new InvalidOperationException(
                "MapWaverless() serves the node that AddWaverless() adds; expected "
                    + "'builder.Services.AddWaverless(...)' before the host is built."
            );
        }

        NodeUrls.Apply(services);
        var options = new WaverlessHttpOptions();
        configure?.Invoke(options);
        var routes = endpoints.MapGroup("");
        var node = new NodeAccess(services);
        FunctionRoutes.Map(routes, node, options.OwnsRoot);
        if (options.MapManagement)
        {
            ManagementRoutes.Map(routes, node, options);
        }

        if (options.MapHealth)
        {
            HealthRoutes.Map(routes);
        }

        return routes;
    }
}
