using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.AspNetCore.Functions;

namespace Waverless.AspNetCore.Management;

/// <summary>Maps what runs a node, behind its guard.</summary>
internal static class ManagementRoutes
{
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Get = [HttpMethods.Get];

    public static void Map(
        IEndpointRouteBuilder routes,
        NodeAccess node,
        WaverlessHttpOptions options
    )
    {
        var logger = routes
            .ServiceProvider.GetRequiredService<ILoggerFactory>()
            .CreateLogger("Waverless.Http.Management");
        var time = routes.ServiceProvider.GetRequiredService<TimeProvider>();
        var guard = new ManagementGuard(options, logger);
        // Lives as long as the routes: as the host does.
        var upload = new UploadEndpoint(options, node, logger);
        routes.MapMethods("/appmgmt/upload_app", Post, guard.Protect(upload.InvokeAsync));
        routes.MapMethods(
            "/_waverless/api/v1/graph",
            Get,
            guard.Protect(context => GraphAsync(context, node))
        );
        new DeadLetterRoutes(node).Map(routes, guard);
        new StoreRoutes(node).Map(routes, guard);
        new MaintenanceRoutes(node, options, time).Map(routes, guard);
        new ClusterRoutes(node).Map(routes, guard);
        new NodeChangeRoutes(node).Map(routes, guard);
        new VersionRoutes(node, logger).Map(routes, guard);
    }

    private static Task GraphAsync(HttpContext context, NodeAccess node)
    {
        var apps = node.Catalog.Apps.Values.Select(app => app.Manifest);
        return FunctionAnswer.WriteAsync(
            context,
            FunctionGraph.Build(apps).ToJson(),
            MediaType.Json
        );
    }
}
