using Waverless.Apps;
using Waverless.Concurrency;
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

    /// <summary>How long a function may take to end after its token has fired, unremarked.</summary>
    public static readonly TimeSpan UnwindingMax = TimeSpan.FromSeconds(1);

    private readonly ActiveCount _active = new();
    private int _abandoned;

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

        if (Volatile.Read(ref _abandoned) >= AbandonedMax)
        {
            return InvocationResult.Fail(
                InvocationStatus.Overloaded,
                $"{AbandonedMax} functions of the app '{call.Address.App}' go on after their "
                    + "deadlines; expected functions that observe their CancellationToken."
            );
        }

        _active.Enter();
        var function = functions[call.FunctionIndex];
        var context = new FunctionContext(environment, call, host, ct)
        {
            Placeholders = function.Placeholders,
        };
        Task<InvocationResult>? leftBehind = null;
        InvocationResult result;
        try
        {
            var pending = function.Handler(context);
            if (pending.IsCompleted)
            {
                result = await pending;
            }
            else
            {
                var running = pending.AsTask();
                leftBehind = await IsInterruptedAsync(running, context) ? running : null;
                result = leftBehind is null
                    ? await running
                    : InvocationOutcome.OfToken(environment, call, ct);
            }
        }
        catch (Exception e)
        {
            result = InvocationOutcome.OfException(environment, context, e, ct);
        }

        await context.CloseAsync();
        if (leftBehind is null)
        {
            await EndAsync(context);
        }
        else
        {
            _ = LeaveBehindAsync(leftBehind, context, result.Status);
        }

        return result;
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(CancellationToken ct) => _active.WaitAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Waits for the function or its token; true: the token was first.</summary>
    private static async ValueTask<bool> IsInterruptedAsync(Task running, FunctionContext context)
    {
        try
        {
            await running.OrCancelledAsync(context.InterruptToken);
        }
        catch (OperationCanceledException) when (!running.IsCompleted)
        {
            // Lets what else waits for the token run first: a function that heeds it is then over.
            await Task.Yield();
            return true;
        }
        catch (Exception)
        {
            // The function's own; it comes out where its result is taken.
        }

        return false;
    }

    private async Task LeaveBehindAsync(
        Task running,
        FunctionContext context,
        InvocationStatus status
    )
    {
        var call = context.Call;
        var count = Interlocked.Increment(ref _abandoned);
        try
        {
            if (!await HasEndedSoonAsync(running))
            {
                environment.Log.FunctionAbandoned(call.Address, call.Id, status, count);
            }

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

        Interlocked.Decrement(ref _abandoned);
        await EndAsync(context);
    }

    private async ValueTask<bool> HasEndedSoonAsync(Task running)
    {
        try
        {
            await running.WithinAsync(UnwindingMax, environment.Time);
        }
        catch (Exception)
        {
            // Either the time is over or the function threw, which its own task tells.
        }

        return running.IsCompleted;
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

        _active.Leave();
    }
}
