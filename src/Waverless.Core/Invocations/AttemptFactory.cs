using System.Diagnostics;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>Makes the invocations of calls.</summary>
internal sealed class AttemptFactory(FunctionRunner runner)
{
    public Invocation Root(
        DeployedFunction function,
        InvocationRequest request,
        Payload payload,
        Cascade? cascade,
        Deadline deadline
    )
    {
        var trace = request.Trace ?? Activity.Current?.Context ?? default;
        return new Invocation
        {
            Id = runner.NextId(),
            Address = function.Address,
            App = function.App,
            Function = function.Manifest,
            FunctionIndex = function.Index,
            Home = HomeOf(function, request.PartitionKey),
            Trigger = request.Trigger,
            Payload = payload,
            Deadline = deadline,
            Cascade = cascade?.Root ?? default,
            Trace = TraceRef.From(trace),
        };
    }

    public Invocation Nested(
        Caller caller,
        DeployedFunction function,
        Payload payload,
        TraceRef trace
    ) =>
        new()
        {
            Id = runner.NextId(),
            Address = function.Address,
            App = function.App,
            Function = function.Manifest,
            FunctionIndex = function.Index,
            Home = HomeOf(function, null),
            Trigger = TriggerKind.Rpc,
            Payload = payload,
            Deadline = Deadline
                .After(runner.Time, function.Manifest.Limits.Timeout)
                .Earlier(caller.Deadline),
            Cascade = caller.Cascade,
            Trace = trace,
            CallDepth = caller.CallDepth + 1,
        };

    public static PartitionId HomeOf(DeployedFunction function, string? partitionKey) =>
        new(
            function.Address.App,
            partitionKey is null ? 0 : function.App.Partitions.PartitionOfValue(partitionKey)
        );

    public Deadline DeadlineOf(DeployedFunction function, InvocationRequest request)
    {
        var limit = function.Manifest.Limits.Timeout;
        var timeout = request.Timeout is { } asked && asked < limit ? asked : limit;
        return Deadline.After(runner.Time, timeout);
    }
}
