using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Waverless.AspNetCore.Problems;
using Waverless.Cluster;

namespace Waverless.AspNetCore.Management;

/// <summary>What a node knows of its cluster, over HTTP: who is there, and what is where.</summary>
internal sealed class ClusterRoutes(NodeAccess node)
{
    private const string Path = "/_waverless/api/v1/cluster/";
    private static readonly string[] Get = [HttpMethods.Get];

    public void Map(IEndpointRouteBuilder routes, ManagementGuard guard)
    {
        void Route(string path, Func<HttpContext, ClusterMember, Task> endpoint) =>
            routes.MapMethods(Path + path, Get, guard.Protect(InCluster(endpoint)));

        Route("members", AnswerMembersAsync);
        Route("placement", AnswerPlacementAsync);
    }

    private RequestDelegate InCluster(Func<HttpContext, ClusterMember, Task> endpoint) =>
        context =>
            node.Cluster is { } cluster
                ? endpoint(context, cluster)
                : ProblemWriter.WriteAsync(
                    context,
                    StatusTable.NotClustered,
                    "This node is by itself; expected one whose configuration names "
                        + "'Waverless:ClusterFile' or 'Waverless:Nodes'."
                );

    private static Task AnswerMembersAsync(HttpContext context, ClusterMember cluster) =>
        JsonAnswer.WriteAsync(context, json => MembersJson.Write(json, cluster));

    private Task AnswerPlacementAsync(HttpContext context, ClusterMember cluster)
    {
        var wanted = context.Request.Query["app"].ToString();
        var apps = node
            .Catalog.Apps.Values.Select(app => app.Manifest)
            .Where(app => wanted.Length == 0 || app.Name == wanted)
            .OrderBy(app => app.Name, StringComparer.Ordinal);
        return JsonAnswer.WriteAsync(context, json => PlacementJson.Write(json, cluster, apps));
    }
}
