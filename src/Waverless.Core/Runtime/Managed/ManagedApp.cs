using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>The delegates of one app. Thread-safe.</summary>
/// <remarks>
/// A delegate runs on the caller's thread until it first waits. At the deadline, or when the caller
/// goes away, its token is cancelled and the invocation ends at once, whether the delegate heeds
/// the token or not: it may go on, but nothing it then asks of the platform is done, and its scope
/// of services ends with it. How many may go on like this is bounded. A delegate that blocks its
/// thread instead of waiting asynchronously cannot be left behind: .NET cannot end it.
/// </remarks>
internal sealed class ManagedApp(ManagedEnvironment environment, ManagedFunction[] functions)
    : ILoadedApp
{
    /// <summary>Most delegates of one app that go on after their deadline.</summary>
    public const int AbandonedMax = 256;

    private readonly ActiveCount active = new();
    private int abandoned;

    /// <inheritdoc/>
    public AppTraits Traits { get; } =
        new(InstanceKind.Managed, RunsSynchronously: false, CommitMode.Atomic);

    /// <inheritdoc/>
    public ValueTask WarmAsync(int instances, CancellationToken ct) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<InvocationResult> InvokeAsync(
        Invocation call,
        IInvocationHost host,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(host);
        if (InvocationOutcome.OfInterrupt(environment, call, ct) is { } interrupted)
        {
            return interrupted;
        }

        if (Volatile.Read(ref abandoned) >= AbandonedMax)
        {
            return InvocationResult.Fail(
                InvocationStatus.Overloaded,
                $"{AbandonedMax} functions of the app '{call.Address.App}' go on after their "
                    + "deadlines; expected functions that observe their CancellationToken."
            );
        }

        active.Enter();
        var context = new FunctionContext(environment, call, host, ct);
        Task<InvocationResult>? running = null;
        InvocationResult result;
        try
        {
            var pending = functions[call.FunctionIndex].Handler(context);
            if (pending.IsCompleted)
            {
                result = await pending;
            }
            else
            {
                running = pending.AsTask();
                result = await UntilInterruptedAsync(running, context, ct);
            }
        }
        catch (Exception e)
        {
            result = InvocationOutcome.OfException(environment, context, e, ct);
        }

        await context.CloseAsync();
        if (running is { IsCompleted: false })
        {
            _ = LeaveBehindAsync(running, context, result.Status);
        }
        else
        {
            await EndAsync(context);
        }

        return result;
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(CancellationToken ct) => active.WaitAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<InvocationResult> UntilInterruptedAsync(
        Task<InvocationResult> running,
        FunctionContext context,
        CancellationToken ct
    )
    {
        try
        {
            return await running.WaitAsync(context.InterruptToken);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            return InvocationOutcome.OfToken(environment, context.Call, ct);
        }
    }

    private async Task LeaveBehindAsync(
        Task running,
        FunctionContext context,
        InvocationStatus status
    )
    {
        var call = context.Call;
        var count = Interlocked.Increment(ref abandoned);
        environment.Log.FunctionAbandoned(call.Address, call.Id, status, count);
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // It heeded its token; the invocation has already ended with that.
        }
        catch (Exception e)
        {
            environment.Log.AbandonedFunctionThrew(e, call.Address, call.Id);
        }

        Interlocked.Decrement(ref abandoned);
        await EndAsync(context);
    }

    private async ValueTask EndAsync(FunctionContext context)
    {
        try
        {
            await context.ReleaseAsync();
        }
        catch (Exception e)
        {
            environment.Log.ReleaseFailed(e, context.Address, context.Call.Id);
        }

        active.Leave();
    }
}
