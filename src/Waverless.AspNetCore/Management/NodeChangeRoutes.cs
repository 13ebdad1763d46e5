using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Waverless.AspNetCore.Problems;
using Waverless.Cluster;
using Waverless.Hosting.Cluster;
using Waverless.Hosting.Joining;

namespace Waverless.AspNetCore.Management;

/// <summary>Has nodes of the cluster come and go.</summary>
internal sealed class NodeChangeRoutes(NodeAccess node)
{
    private const string Path = "/_waverless/api/v1/cluster/";
    private static readonly string[] Post = [HttpMethods.Post];

    public void Map(IEndpointRouteBuilder routes, ManagementGuard guard)
    {
        void Route(string path, Func<HttpContext, Task> endpoint) =>
            routes.MapMethods(Path + path, Post, guard.Protect(Answered(endpoint)));

        Route("leave", LeaveAsync);
        Route("tokens", InviteAsync);
    }

    private static RequestDelegate Answered(Func<HttpContext, Task> endpoint) =>
        async context =>
        {
            try
            {
                await endpoint(context);
            }
            catch (ClusterChangeException refused)
            {
                var kind = StatusTable.Of(refused.Error);
                await ProblemWriter.WriteAsync(context, kind, refused.Message);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // Nobody waits any more; what has begun goes on.
            }
        };

    private async Task LeaveAsync(HttpContext context)
    {
        var text = context.Request.Query["node"].ToString();
        NodeId? leaving = null;
        if (text.Length > 0)
        {
            if (
                !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                || id == 0
            )
            {
                var detail =
                    $"'node' is '{text}'; expected the id of a node, a whole number from 1.";
                await ProblemWriter.WriteAsync(context, StatusTable.BadRequest, detail);
                return;
            }

            leaving = new NodeId(id);
        }

        await node.Nodes.LeaveAsync(leaving, context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteNumber("node", (leaving ?? node.Cluster!.Self).Value);
                json.WriteString("state", "left");
            }
        );
    }

    private async Task InviteAsync(HttpContext context)
    {
        var text = context.Request.Query["lifetime"].ToString();
        TimeSpan? lifetime = null;
        if (text.Length > 0)
        {
            if (
                !TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var parsed)
                || parsed <= TimeSpan.Zero
                || parsed > JoinDesk.LifetimeMax
            )
            {
                var detail =
                    $"'lifetime' is '{text}'; expected a time up to 7 days, such as 01:30:00.";
                await ProblemWriter.WriteAsync(context, StatusTable.BadRequest, detail);
                return;
            }

            lifetime = parsed;
        }

        var invitation = await node.Nodes.InviteAsync(lifetime, context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteString("token", invitation.Token);
                json.WriteString("address", invitation.Address);
                json.WriteNumber("node", invitation.Node.Value);
                json.WriteString("expires", invitation.ExpiresAt);
            }
        );
    }
}
