using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Waverless.AspNetCore.Problems;
using Waverless.Hosting;

namespace Waverless.AspNetCore.Management;

/// <summary>The versions of an app that are kept, and the way back to one of them.</summary>
internal sealed class VersionRoutes(NodeAccess node, ILogger logger)
{
    private const string Path = "/_waverless/api/v1/apps/{app}/";
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Get = [HttpMethods.Get];

    public void Map(IEndpointRouteBuilder routes, ManagementGuard guard)
    {
        routes.MapMethods(
            Path + "versions",
            Get,
            guard.Protect(StoreFailures.Answered(AnswerVersionsAsync))
        );
        routes.MapMethods(
            Path + "rollback",
            Post,
            guard.Protect(StoreFailures.Answered(RollBackAsync))
        );
    }

    private async Task AnswerVersionsAsync(HttpContext context)
    {
        var app = AppOf(context);
        var versions = await node.Versions.ListAsync(app, context.RequestAborted);
        if (versions.Count == 0)
        {
            await UnknownAsync(context, app);
            return;
        }

        await JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteString("app", app);
                json.WriteString("active", versions.FirstOrDefault(v => v.IsActive)?.Hash);
                json.WriteStartArray("versions");
                foreach (var version in versions)
                {
                    json.WriteStartObject();
                    json.WriteString("version", version.Hash);
                    json.WriteBoolean("active", version.IsActive);
                    if (version.Deployed is { } when)
                    {
                        json.WriteString("deployed", when);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task RollBackAsync(HttpContext context)
    {
        var app = AppOf(context);
        var wanted = context.Request.Query["version"].ToString();
        var versions = await node.Versions.ListAsync(app, context.RequestAborted);
        if (versions.Count == 0)
        {
            await UnknownAsync(context, app);
            return;
        }

        var target =
            wanted.Length > 0
                ? versions.FirstOrDefault(version => version.Hash == wanted)
                : versions.FirstOrDefault(version => !version.IsActive);
        if (target is null)
        {
            var kept = string.Join(", ", versions.Select(version => version.Hash));
            var what = wanted.Length > 0 ? $"The version '{wanted}'" : "An earlier version";
            var detail = $"{what} of '{app}' is not kept; expected one of: {kept}.";
            await ProblemWriter.WriteAsync(context, StatusTable.VersionNotKept, detail);
            return;
        }

        await SwitchAsync(context, app, target);
    }

    private async Task SwitchAsync(HttpContext context, string app, KeptVersion target)
    {
        try
        {
            // Once it has begun, it is brought to its end, whether or not the caller waits.
            await node.Versions.SwitchAsync(app, target, CancellationToken.None);
        }
        catch (Cluster.Deployment.DeployException refused)
        {
            await ProblemWriter.WriteAsync(context, StatusTable.NotSwitched, refused.Message);
            return;
        }

        Log.RolledBack(logger, app, target.Hash);
        await JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteString("app", app);
                json.WriteString("version", target.Hash);
            }
        );
    }

    private static string AppOf(HttpContext context) => (string)context.Request.RouteValues["app"]!;

    private static Task UnknownAsync(HttpContext context, string app) =>
        ProblemWriter.WriteAsync(context, StatusTable.NotFound, $"There is no app '{app}'.");
}
