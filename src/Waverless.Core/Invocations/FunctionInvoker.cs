using Waverless.Apps;
using Waverless.Concurrency;
using Waverless.Events;
using Waverless.Invocations.Idempotency;

namespace Waverless.Invocations;

/// <summary>
/// Calls functions for the host's code, for HTTP and for other functions: finds, admits, chooses
/// the thread, runs, and waits for the cascade if asked to.
/// </summary>
internal sealed partial class FunctionInvoker(
    FunctionRunner runner,
    AppCatalog catalog,
    Backlog backlog,
    CascadeRegistry cascades,
    IGuestThreads threads,
    Task ready
) : IFunctionInvoker
{
    private readonly AttemptFactory _attempts = new(runner);
    private readonly IdempotentCalls _once = new(runner.Door, runner.Time);
    private volatile bool _isStopping;

    /// <summary>Knows where calls are to run; null: all of them here.</summary>
    public ICallRouter? Router { get; set; }

    /// <summary>Begins no more calls but those of functions that run.</summary>
    public void Stop() => _isStopping = true;

    public ValueTask<InvocationResult> InvokeAsync(
        InvocationRequest request,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!ready.IsCompletedSuccessfully)
        {
            return InvokeWhenReadyAsync(request, ct);
        }

        var entered = Enter(request.Function, null, isNested: false, out var function);
        if (entered is { } refused)
        {
            return new ValueTask<InvocationResult>(refused);
        }

        if (
            Router is { } router
            && router.PlaceOf(function!, CallRoute.Of(request)) is { IsHere: false } place
        )
        {
            return ForwardAsync(router, place, function!, request, ct);
        }

        var running = Admit(function!, request, ct);
        if (!running.IsCompletedSuccessfully)
        {
            return LeaveLaterAsync(running, function!);
        }

        function!.App.Leave();
        return running;
    }

    /// <summary>Runs a call elsewhere; or here, when that turns out to be the place.</summary>
    private async ValueTask<InvocationResult> ForwardAsync(
        ICallRouter router,
        CallPlace place,
        DeployedFunction function,
        InvocationRequest request,
        CancellationToken ct
    )
    {
        try
        {
            return await router.ForwardAsync(place, function, null, request, ct)
                ?? await Admit(function, request, ct);
        }
        finally
        {
            function.App.Leave();
        }
    }

    private static async ValueTask<InvocationResult> LeaveLaterAsync(
        ValueTask<InvocationResult> running,
        DeployedFunction function
    )
    {
        try
        {
            return await running;
        }
        finally
        {
            function.App.Leave();
        }
    }

    private async ValueTask<InvocationResult> InvokeWhenReadyAsync(
        InvocationRequest request,
        CancellationToken ct
    )
    {
        try
        {
            await ready.OrCancelledAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return ct.IsCancellationRequested
                ? CallRefusal.Cancelled(request.Function)
                : CallRefusal.Stopping(request.Function);
        }

        return await InvokeAsync(request, ct);
    }

    /// <summary>Finds the function and keeps its version loaded; or tells why it cannot.</summary>
    private InvocationResult? Enter(
        FunctionAddress address,
        DeployedApp? version,
        bool isNested,
        out DeployedFunction? function
    )
    {
        if (version is not null && version.Functions.TryGetValue(address.Function, out function))
        {
            // Its caller keeps it loaded until the answer is there.
            version.EnterNested();
            return null;
        }

        if (_isStopping && !isNested)
        {
            function = null;
            return CallRefusal.Stopping(address);
        }

        while (true)
        {
            var snapshot = catalog.Current;
            if (!snapshot.TryFind(address.App, address.Function, out function))
            {
                return CallRefusal.NotFound(snapshot, address);
            }

            if (function.App.TryEnter())
            {
                return null;
            }

            if (!_isStopping)
            {
                continue;
            }

            if (!isNested)
            {
                return CallRefusal.Stopping(address);
            }

            function.App.EnterNested();
            return null;
        }
    }

    private ValueTask<InvocationResult> Admit(
        DeployedFunction function,
        InvocationRequest request,
        CancellationToken ct
    )
    {
        if (ct.IsCancellationRequested)
        {
            return new ValueTask<InvocationResult>(CallRefusal.Cancelled(function.Address));
        }

        if (!backlog.HasRoom(function.Address.App))
        {
            return new ValueTask<InvocationResult>(
                InvocationResult.Fail(
                    InvocationStatus.Overloaded,
                    $"The backlog of '{function.Address.App}' is full; try again later."
                )
            );
        }

        var isSimple = request.Payload.Reader is null && !request.WaitForCascade;
        if (!isSimple || !function.Gate.TryEnter())
        {
            return AdmitLaterAsync(function, request, ct);
        }

        var deadline = _attempts.DeadlineOf(function, request);
        var running = RunAdmitted(function, request, request.Payload, null, deadline, ct);
        if (!running.IsCompletedSuccessfully)
        {
            return ExitLaterAsync(running, function);
        }

        function.Gate.Exit();
        return running;
    }

    private static async ValueTask<InvocationResult> ExitLaterAsync(
        ValueTask<InvocationResult> running,
        DeployedFunction function
    )
    {
        try
        {
            return await running;
        }
        finally
        {
            function.Gate.Exit();
        }
    }

    private async ValueTask<InvocationResult> AdmitLaterAsync(
        DeployedFunction function,
        InvocationRequest request,
        CancellationToken ct
    )
    {
        var deadline = _attempts.DeadlineOf(function, request);
        using var timeout = new CancellationTokenSource(
            deadline.Remaining(runner.Time),
            runner.Time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        var cascade = request.WaitForCascade ? cascades.Begin() : null;
        try
        {
            var result = await RunInTurnAsync(function, request, cascade, deadline, either, ct);
            if (cascade is null)
            {
                return result;
            }

            // The place at the gate is free by now: what waits for others must not keep them out.
            cascade.RootEnded(failed: !result.IsCompleted);
            await cascades.WaitAsync(cascade, either.Token);
            return result with { Cascade = cascade.Report() };
        }
        catch (OperationCanceledException)
        {
            return ct.IsCancellationRequested
                ? CallRefusal.Cancelled(function.Address)
                : InvocationResult.Fail(
                    InvocationStatus.TimedOut,
                    $"'{function.Address}' did not begin before the deadline."
                );
        }
        finally
        {
            if (cascade is not null)
            {
                cascades.Close(cascade);
            }
        }
    }

    private async ValueTask<InvocationResult> RunInTurnAsync(
        DeployedFunction function,
        InvocationRequest request,
        Cascade? cascade,
        Deadline deadline,
        CancellationTokenSource either,
        CancellationToken ct
    )
    {
        if (!await function.Gate.EnterAsync(either.Token))
        {
            return CallRefusal.QueueFull(function);
        }

        try
        {
            var bodyMax = function.Manifest.Limits.Body;
            var read = await PayloadReader.ReadAsync(request.Payload, bodyMax, either.Token);
            return read.Refusal?.Naming(function.Address)
                ?? await RunAdmitted(function, request, read.Payload, cascade, deadline, ct);
        }
        finally
        {
            function.Gate.Exit();
        }
    }

    private ValueTask<InvocationResult> RunAdmitted(
        DeployedFunction function,
        InvocationRequest request,
        Payload payload,
        Cascade? cascade,
        Deadline deadline,
        CancellationToken ct
    )
    {
        if (payload.Bytes.Length > function.Manifest.Limits.Body)
        {
            return new ValueTask<InvocationResult>(
                PayloadReader
                    .TooLarge(payload.Bytes.Length, function.Manifest.Limits.Body)
                    .Naming(function.Address)
            );
        }

        var root = _attempts.Root(function, request, payload, cascade, deadline);
        return request.IdempotencyKey is null
            ? RunRoot(function, root, ct)
            : _once.RunAsync(
                function,
                IdempotencyRequest.Of(request, root.Home, payload),
                deadline,
                once =>
                {
                    root.Idempotency = once;
                    return RunRoot(function, root, ct);
                },
                ct
            );
    }

    private ValueTask<InvocationResult> RunRoot(
        DeployedFunction function,
        Invocation root,
        CancellationToken ct
    )
    {
        var cancellation = ct.CanBeCanceled ? ct : runner.Stopping;
        var call = new FunctionCall(root, null, null, cancellation);
        if (!function.App.Loaded.Traits.RunsSynchronously)
        {
            return ResultOf(runner.RunAsync(function, call));
        }

        return function.Statistics.IsShort && threads.TryEnterInline()
            ? Inline(function, call)
            : OnThreadAsync(function, call);
    }

    private ValueTask<InvocationResult> Inline(DeployedFunction function, in FunctionCall call)
    {
        try
        {
            return ResultOf(runner.RunAsync(function, call));
        }
        finally
        {
            threads.ExitInline();
        }
    }

    private ValueTask<InvocationResult> OnThreadAsync(
        DeployedFunction function,
        in FunctionCall call
    )
    {
        var work = new GuestCall(function, call, runner);
        return threads.TryQueue(work)
            ? new ValueTask<InvocationResult>(work.Task)
            : new ValueTask<InvocationResult>(
                InvocationResult.Fail(
                    InvocationStatus.Overloaded,
                    $"No thread is free for '{function.Address}'; try again later."
                )
            );
    }

    private static ValueTask<InvocationResult> ResultOf(ValueTask<FunctionOutcome> running)
    {
        return running.IsCompletedSuccessfully
            ? new ValueTask<InvocationResult>(running.Result.Result)
            : Await(running);

        static async ValueTask<InvocationResult> Await(ValueTask<FunctionOutcome> running) =>
            (await running).Result;
    }
}
