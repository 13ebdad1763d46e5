using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Runtime;
using Waverless.Scheduling.Characters;
using Waverless.Scheduling.Warming;
using Waverless.Transactions;

namespace Waverless.Invocations;

/// <summary>
/// Runs one attempt: host, measurement, commit of what was buffered. Admission, threads and
/// retries are its callers' business.
/// </summary>
internal sealed class FunctionRunner(
    FrontDoor door,
    LockLeases locks,
    TimeProvider time,
    IGuestThreads threads,
    InvocationMetrics metrics,
    TransactionMetrics transactions,
    ILoggerFactory loggers,
    CancellationToken stopping
)
{
    // A host of an owned instance cannot be used after its call has ended, so it can be reused.
    [ThreadStatic]
    private static InvocationHost? t_idle;

    private readonly ConcurrentDictionary<FunctionAddress, ILogger> _loggers = new();
    private readonly double _microsPerTick = 1e6 / time.TimestampFrequency;
    private ulong _lastId;

    public FrontDoor Door => door;

    public LockLeases Locks => locks;

    public ExclusiveTurns Turns { get; } = new();

    public TimeProvider Time => time;

    public TransactionMetrics Transactions => transactions;

    public ThreadWaiter Waiter { get; } = new(threads);

    /// <summary>Cancelled when the node gives up on what still runs.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Serves the calls that functions make.</summary>
    public FunctionInvoker? Invoker { get; set; }

    /// <summary>Reads and writes blobs.</summary>
    public BlobStore? Blobs { get; set; }

    /// <summary>Learns what functions do; null: nobody does.</summary>
    public CharacterTable? Characters { get; set; }

    /// <summary>Keeps apps warm; null: nobody does.</summary>
    public AppWarming? Warming { get; set; }

    public ulong NextId() => Interlocked.Increment(ref _lastId);

    public ILogger LoggerOf(FunctionAddress function) =>
        _loggers.GetOrAdd(
            function,
            static (address, factory) => factory.CreateLogger($"Waverless.Functions.{address}"),
            loggers
        );

    /// <summary>Runs an attempt: once, or again and again while others come between.</summary>
    public ValueTask<FunctionOutcome> RunAsync(DeployedFunction function, FunctionCall call)
    {
        var running = RunOnceAsync(function, call);
        if (function.Commit != CommitMode.Atomic)
        {
            return running;
        }

        if (running.IsCompletedSuccessfully)
        {
            var outcome = running.Result;
            return outcome.IsConflict
                ? RerunAsync(outcome, function, call)
                : new ValueTask<FunctionOutcome>(outcome);
        }

        // A synchronous guest runs again on this thread, which is one for guests.
        return threads.IsGuestThread && function.App.Loaded.Traits.RunsSynchronously
            ? RerunAsync(Waiter.Wait(running), function, call)
            : RerunLaterAsync(running, function, call);
    }

    /// <summary>Goes on with a synchronous guest, on the calling guest thread.</summary>
    public FunctionOutcome RerunHere(
        FunctionOutcome outcome,
        DeployedFunction function,
        in FunctionCall call
    )
    {
        using var rerun = new Rerun(this, call);
        while (Waiter.Wait(rerun.PrepareAsync(outcome)))
        {
            outcome = Waiter.Wait(RunOnceAsync(function, call with { Rerun = rerun }));
        }

        return outcome;
    }

    private async ValueTask<FunctionOutcome> RerunLaterAsync(
        ValueTask<FunctionOutcome> running,
        DeployedFunction function,
        FunctionCall call
    ) => await RerunAsync(await running, function, call);

    private ValueTask<FunctionOutcome> RerunAsync(
        FunctionOutcome outcome,
        DeployedFunction function,
        in FunctionCall call
    )
    {
        if (!outcome.IsConflict)
        {
            return new ValueTask<FunctionOutcome>(outcome);
        }

        if (!function.App.Loaded.Traits.RunsSynchronously)
        {
            return RerunAwaitingAsync(outcome, function, call);
        }

        if (threads.IsGuestThread)
        {
            return new ValueTask<FunctionOutcome>(RerunHere(outcome, function, call));
        }

        // What ran on its caller's thread goes on where guests may wait; a run that cannot get
        // there has met a conflict and says so.
        var work = new GuestRerun(this, function, call, outcome);
        return threads.TryQueue(work)
            ? new ValueTask<FunctionOutcome>(work.Task)
            : new ValueTask<FunctionOutcome>(outcome);
    }

    private async ValueTask<FunctionOutcome> RerunAwaitingAsync(
        FunctionOutcome outcome,
        DeployedFunction function,
        FunctionCall call
    )
    {
        using var rerun = new Rerun(this, call);
        while (await rerun.PrepareAsync(outcome))
        {
            outcome = await RunOnceAsync(function, call with { Rerun = rerun });
        }

        return outcome;
    }

    private ValueTask<FunctionOutcome> RunOnceAsync(DeployedFunction function, FunctionCall call)
    {
        var began = time.GetTimestamp();
        var activity = metrics.Begin(call.Invocation);
        call.Invocation.Window?.Restart();
        var traffic = new HostTraffic(began, StartsCold(function));
        var host = Rent(function, call, activity, traffic);
        ValueTask<FunctionOutcome> ending;
        try
        {
            var running = function.App.Loaded.InvokeAsync(call.Invocation, host, call.Cancellation);
            ending = running.IsCompletedSuccessfully
                ? host.FinishAsync(running.Result)
                : FinishLaterAsync(running, host);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            ending = host.FinishAsync(RuntimeFailed(function, failure));
        }

        if (!ending.IsCompletedSuccessfully)
        {
            return EndLaterAsync(ending, function, host, activity, began);
        }

        var outcome = ending.Result;
        End(function, host, activity, began, outcome.Result.Status);
        return new ValueTask<FunctionOutcome>(outcome);
    }

    private static InvocationResult RuntimeFailed(DeployedFunction function, Exception failure) =>
        InvocationResult.Fail(
            InvocationStatus.Failed,
            $"The runtime of '{function.Address}' failed: {failure.Message}"
        );

    private static async ValueTask<FunctionOutcome> FinishLaterAsync(
        ValueTask<InvocationResult> running,
        InvocationHost host
    )
    {
        InvocationResult result;
        try
        {
            result = await running;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            result = RuntimeFailed(host.Function, failure);
        }

        return await host.FinishAsync(result);
    }

    private async ValueTask<FunctionOutcome> EndLaterAsync(
        ValueTask<FunctionOutcome> ending,
        DeployedFunction function,
        InvocationHost host,
        Activity? activity,
        long began
    )
    {
        var outcome = await ending;
        End(function, host, activity, began, outcome.Result.Status);
        return outcome;
    }

    private void End(
        DeployedFunction function,
        InvocationHost host,
        Activity? activity,
        long began,
        InvocationStatus status
    )
    {
        var ticks = time.GetTimestamp() - began;
        function.Statistics.Ran(ticks);
        if (host.HasWaited)
        {
            function.Statistics.Blocked();
        }

        Record(function, host, ticks);
        metrics.End(host.Call, activity, status, ticks);
        host.Close();
        if (function.App.Loaded.Traits.Kind == InstanceKind.Owned)
        {
            t_idle = host;
        }
    }

    private bool StartsCold(DeployedFunction function)
    {
        if (function.Profile is not { IsForgotten: false })
        {
            function.Profile = Characters?.Of(function.Address);
        }

        return Warming?.Began(function) ?? false;
    }

    private void Record(DeployedFunction function, InvocationHost host, long ticks)
    {
        if (function.Profile is not { } profile || Characters is not { } characters)
        {
            return;
        }

        ref readonly var traffic = ref host.Traffic;
        var micros = ticks * _microsPerTick;
        if (traffic.IsCold && profile.Now is { Runs: > 0, Means.RunMs: var usualMs })
        {
            characters.StartedCold(function.Address.App, Math.Max(0, micros - (usualMs * 1000)));
        }
        else
        {
            profile.Record(Measure.Run, (long)(micros * characters.Speed));
        }

        profile.Record(Measure.Payload, host.Call.Payload.Bytes.Length);
        if (!function.IsStateless)
        {
            profile.Record(Measure.RoundTrips, traffic.RoundTrips);
            profile.Record(Measure.Read, traffic.BytesRead);
            profile.Record(Measure.Written, traffic.BytesWritten);
        }
    }

    private InvocationHost Rent(
        DeployedFunction function,
        FunctionCall call,
        Activity? activity,
        HostTraffic traffic
    )
    {
        var idle = t_idle;
        t_idle = null;
        var host = idle is not null && idle.Runner == this ? idle : new InvocationHost(this);
        host.Open(function, call, activity, traffic);
        return host;
    }
}
