using Waverless.Invocations;

namespace Waverless.Runtime;

/// <summary>A version of an app, ready to run. Thread-safe.</summary>
public interface ILoadedApp : IAsyncDisposable
{
    /// <summary>How the app behaves.</summary>
    AppTraits Traits { get; }

    /// <summary>Makes instances ahead of demand. Optional work: may do nothing.</summary>
    /// <param name="instances">How many invocations should find a warm instance at once.</param>
    /// <param name="ct">Cancels the warming.</param>
    ValueTask WarmAsync(int instances, CancellationToken ct);

    /// <summary>
    /// The node expects less to run: what is idle beyond so many instances can go. Optional work:
    /// does nothing unless implemented.
    /// </summary>
    /// <param name="instances">How many invocations should still find a warm instance.</param>
    /// <param name="ct">Cancels it.</param>
    ValueTask TrimAsync(int instances, CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>
    /// Runs one invocation. Whatever the function does, this returns a result: a trap, an endless
    /// loop, a recursion without end, an exception and the deadline end this invocation alone. It
    /// ends soon after the call's deadline or the token's cancellation.
    /// </summary>
    /// <param name="call">What to run.</param>
    /// <param name="host">
    /// How the function reaches everything else; valid until this returns.
    /// </param>
    /// <param name="ct">
    /// The caller went away or the node stops. The deadline is the call's own.
    /// </param>
    ValueTask<InvocationResult> InvokeAsync(
        Invocation call,
        IInvocationHost host,
        CancellationToken ct
    );

    /// <summary>Waits until no invocation runs any more. No new one is begun meanwhile.</summary>
    /// <param name="ct">Gives up waiting.</param>
    ValueTask DrainAsync(CancellationToken ct);
}
