using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Waverless.AspNetCore.Problems;
using Waverless.Events;

namespace Waverless.AspNetCore.Management;

/// <summary>
/// Dead letters and parked events over HTTP: list, inspect, replay, drop. What changes many wants
/// at least one filter, so that a forgotten one does not empty the node.
/// </summary>
internal sealed class DeadLetterRoutes(NodeAccess node)
{
    private const string Path = "/_waverless/api/v1/dead-letters";
    private static readonly string[] Post = [HttpMethods.Post];
    private static readonly string[] Get = [HttpMethods.Get];
    private static readonly string[] Delete = [HttpMethods.Delete];

    public void Map(IEndpointRouteBuilder routes, ManagementGuard guard)
    {
        void Route(string path, string[] methods, RequestDelegate endpoint) =>
            routes.MapMethods(path, methods, guard.Protect(StoreFailures.Answered(endpoint)));

        Route(Path, Get, ListAsync);
        Route(Path + "/replay", Post, context => ChangeAllAsync(context, "replayed", true));
        Route(Path + "/drop", Post, context => ChangeAllAsync(context, "dropped", false));
        Route(Path + "/{id}", Get, InspectAsync);
        Route(Path + "/{id}/replay", Post, context => ChangeAsync(context, "replayed", true));
        Route(Path + "/{id}", Delete, context => ChangeAsync(context, "dropped", false));
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!DeadLetterFilter.TryRead(context.Request.Query, out var query, out var problem))
        {
            await ProblemWriter.WriteAsync(context, StatusTable.BadRequest, problem);
            return;
        }

        var page = await node.DeadLetters.ListAsync(query, context.RequestAborted);
        await JsonAnswer.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("deadLetters");
                foreach (var letter in page.Letters)
                {
                    DeadLetterJson.Write(json, letter, inFull: false);
                }

                json.WriteEndArray();
                if (page.Next is { } next)
                {
                    json.WriteString("next", next.ToString());
                }
            }
        );
    }

    private async Task InspectAsync(HttpContext context)
    {
        var id = IdOf(context);
        var letter = id is { } known
            ? await node.DeadLetters.FindAsync(known, context.RequestAborted)
            : null;
        if (letter is null)
        {
            await GoneAsync(context);
            return;
        }

        await JsonAnswer.WriteAsync(
            context,
            json => DeadLetterJson.WriteMembers(json, letter, inFull: true)
        );
    }

    private async Task ChangeAsync(HttpContext context, string what, bool replay)
    {
        var letters = node.DeadLetters;
        var ct = context.RequestAborted;
        var done =
            IdOf(context) is { } id
            && (replay ? await letters.ReplayAsync(id, ct) : await letters.DropAsync(id, ct));
        if (!done)
        {
            await GoneAsync(context);
            return;
        }

        await JsonAnswer.WriteAsync(context, json => json.WriteNumber(what, 1));
    }

    private async Task ChangeAllAsync(HttpContext context, string what, bool replay)
    {
        var filters = context.Request.Query;
        if (!DeadLetterFilter.TryRead(filters, out var query, out var problem))
        {
            await ProblemWriter.WriteAsync(context, StatusTable.BadRequest, problem);
            return;
        }

        if (filters.Count == 0)
        {
            var detail = $"Expected at least one filter of: {DeadLetterFilter.Expected}.";
            await ProblemWriter.WriteAsync(context, StatusTable.BadRequest, detail);
            return;
        }

        var letters = node.DeadLetters;
        var ct = context.RequestAborted;
        var count = replay
            ? await letters.ReplayAllAsync(query, ct)
            : await letters.DropAllAsync(query, ct);
        await JsonAnswer.WriteAsync(context, json => json.WriteNumber(what, count));
    }

    private static DeadLetterId? IdOf(HttpContext context) =>
        DeadLetterId.TryParse(context.Request.RouteValues["id"] as string, out var id) ? id : null;

    private static Task GoneAsync(HttpContext context) =>
        ProblemWriter.WriteAsync(
            context,
            StatusTable.NotFound,
            $"There is no dead letter '{context.Request.RouteValues["id"]}' that this can be done "
                + "to; expected an id from the list."
        );
}
