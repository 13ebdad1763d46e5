using System.Diagnostics;
using Waverless.Apps;

namespace Waverless.Invocations;

/// <summary>A call of a function by the host's own code or by HTTP.</summary>
public sealed class InvocationRequest
{
    /// <summary>A request for a function.</summary>
    /// <param name="function">Which.</param>
    /// <param name="payload">What goes in.</param>
    public InvocationRequest(FunctionAddress function, Payload payload = default)
    {
        Function = function;
        Payload = payload;
    }

    /// <summary>A request for a function.</summary>
    /// <param name="function">Which, as <c>app/function</c>.</param>
    /// <param name="payload">What goes in.</param>
    /// <exception cref="FormatException">Not of the form <c>app/function</c>.</exception>
    public InvocationRequest(string function, Payload payload = default)
        : this(FunctionAddress.Parse(function), payload) { }

    /// <summary>The function.</summary>
    public FunctionAddress Function { get; }

    /// <summary>What goes in.</summary>
    public Payload Payload { get; }

    /// <summary>How the call arrived.</summary>
    /// <value>Default: <see cref="TriggerKind.Host"/>.</value>
    public TriggerKind Trigger { get; init; } = TriggerKind.Host;

    /// <summary>How long the caller waits.</summary>
    /// <value>Default: the function's own <c>limits: timeout</c>, which also bounds it.</value>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Answer only when everything that the call sets in motion has ended.</summary>
    public bool WaitForCascade { get; init; }

    /// <summary>
    /// Chooses the partition that the invocation is at home in, hashed like a key's placeholder.
    /// </summary>
    /// <value>Default: null, partition 0.</value>
    public string? PartitionKey { get; init; }

    /// <summary>
    /// Calls of the same principal to the same function with the same key run once: further ones
    /// get the first one's answer, for as long as the node keeps idempotency keys (24 h unless
    /// configured). A call that failed is not remembered. Only for functions that commit
    /// atomically; the others refuse it as <see cref="InvocationStatus.IdempotencyKeyRefused"/>.
    /// </summary>
    /// <value>Default: null. 1 to 255 bytes of UTF-8.</value>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who calls, as far as idempotency keys are concerned.</summary>
    /// <value>
    /// Default: null, everybody who calls by the same kind of trigger. At most 1,024 bytes.
    /// </value>
    public string? Principal { get; init; }

    /// <summary>How often it was handed from node to node.</summary>
    internal int Hops { get; init; }

    /// <summary>The trace to continue.</summary>
    /// <value>Default: the current activity's.</value>
    public ActivityContext? Trace { get; init; }
}
