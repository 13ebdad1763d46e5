using Microsoft.AspNetCore.Http;
using Waverless.Apps;
using Waverless.AspNetCore.Problems;
using Waverless.Invocations;

namespace Waverless.AspNetCore.Functions;

/// <summary>
/// Calls functions over HTTP. The path of a small call makes one object, the request, and awaits
/// nothing unless the function or the network does.
/// </summary>
internal sealed class FunctionEndpoint(NodeAccess node)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var values = request.RouteValues;
        var app = values[FunctionRoutes.App] as string ?? "";
        var name = values[FunctionRoutes.Function] as string;
        var catalog = node.Catalog;
        if (Find(catalog, app, name) is not { } function)
        {
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.NotFound,
                Missing(catalog, app, name)
            );
        }

        return FunctionMethods.Find(function.Manifest, request.Method) is { } trigger
            ? CallAsync(context, function, trigger)
            : FunctionMethods.RefuseAsync(context, function);
    }

    private Task CallAsync(HttpContext context, DeployedFunction function, HttpTrigger trigger)
    {
        var request = context.Request;
        var query = RequestQuery.Parse(request.QueryString);
        if (query.UnknownWait is { } wait)
        {
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.BadRequest,
                $"'wait={wait}' is not known; expected 'wait=cascade'."
            );
        }

        if (!RequestWishes.TryRead(request, out var wishes))
        {
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.BadRequest,
                $"The header '{RequestWishes.KeyHeader}' occurs more than once; expected one."
            );
        }

        if (wishes.RespondAsync && query.WaitForCascade)
        {
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.BadRequest,
                $"'{RequestWishes.Async}' and 'wait=cascade' exclude each other."
            );
        }

        string? partition = null;
        if (
            function.Manifest.Home is { } home
            && !PartitionValue.TryRead(home, request, out partition)
        )
        {
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.BadRequest,
                $"'{function.Address}' expects {PartitionValue.Describe(home)}."
            );
        }

        if (trigger.Verb == HttpVerb.Get)
        {
            return RunAsync(context, function, query.ToPayload(), query, wishes, partition);
        }

        var limit = function.Manifest.Limits.Body;
        if (request.ContentLength > limit)
        {
            RequestBody.LiftServerLimit(context);
            return ProblemWriter.WriteAsync(
                context,
                StatusTable.PayloadTooLarge,
                $"The body has {request.ContentLength} bytes; "
                    + $"'{function.Address}' takes at most {limit}."
            );
        }

        var body = RequestBody.Open(context, function.App.Loaded.Traits.Kind);
        var running = RunAsync(context, function, body.Payload, query, wishes, partition);
        if (!running.IsCompletedSuccessfully)
        {
            return ReleaseLaterAsync(running, body);
        }

        body.Release();
        return Task.CompletedTask;
    }

    private Task RunAsync(
        HttpContext context,
        DeployedFunction function,
        Payload payload,
        in RequestQuery query,
        in RequestWishes wishes,
        string? partition
    )
    {
        var call = new InvocationRequest(function.Address, payload)
        {
            Trigger = TriggerKind.Http,
            WaitForCascade = query.WaitForCascade,
            PartitionKey = partition,
            IdempotencyKey = wishes.IdempotencyKey,
            Principal = wishes.IdempotencyKey is null ? null : context.User.Identity?.Name,
            Trace = TraceHeaders.Incoming(context),
        };
        if (wishes.RespondAsync)
        {
            return EnqueueAsync(context, call);
        }

        // Asking for the token makes the server allocate it. A function that is known to end within
        // a millisecond ends before its caller's leaving could be heard; its deadline holds anyway.
        var caller =
            function.Statistics.IsShort && !query.WaitForCascade && call.IdempotencyKey is null
                ? CancellationToken.None
                : context.RequestAborted;
        var running = node.Invoker.InvokeAsync(call, caller);
        return running.IsCompletedSuccessfully
            ? FunctionAnswer.WriteAsync(context, running.Result)
            : AnswerLaterAsync(context, running);
    }

    private async Task EnqueueAsync(HttpContext context, InvocationRequest call)
    {
        var enqueued = await node.Detached.EnqueueAsync(call, context.RequestAborted);
        await (
            enqueued.Failure is { } failure
                ? FunctionAnswer.WriteAsync(context, failure)
                : AcceptedAnswer.WriteAsync(context, enqueued.Id)
        );
    }

    private static async Task AnswerLaterAsync(
        HttpContext context,
        ValueTask<InvocationResult> running
    ) => await FunctionAnswer.WriteAsync(context, await running);

    private static async Task ReleaseLaterAsync(Task running, RequestBody body)
    {
        await running;
        body.Release();
    }

    private static DeployedFunction? Find(CatalogSnapshot catalog, string app, string? name)
    {
        if (!catalog.Apps.TryGetValue(app, out var deployed))
        {
            return null;
        }

        name ??= deployed.Manifest.DefaultFunction;
        return name is null ? null : deployed.Functions.GetValueOrDefault(name);
    }

    private static string Missing(CatalogSnapshot catalog, string app, string? name)
    {
        if (!catalog.Apps.TryGetValue(app, out var deployed))
        {
            return $"No app '{app}' is deployed.";
        }

        var some = string.Join(", ", deployed.Functions.Keys.Order().Take(16));
        return name is null
            ? $"The app '{app}' has no default function; expected /{app}/ and one of: {some}."
            : $"The app '{app}' has no function '{name}'; it has: {some}.";
    }
}
