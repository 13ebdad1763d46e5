using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>
/// One attempt to run a function, as a runtime sees it. Valid until the attempt has ended.
/// </summary>
public sealed class Invocation
{
    /// <summary>Identity of the attempt on this node, for logs.</summary>
    public required ulong Id { get; init; }

    /// <summary>The function.</summary>
    public required FunctionAddress Address { get; init; }

    /// <summary>The function's manifest.</summary>
    public required FunctionManifest Function { get; init; }

    /// <summary>
    /// Position of the function in its app's manifest: an index into precomputed tables.
    /// </summary>
    public required int FunctionIndex { get; init; }

    /// <summary>The partition that the invocation is at home in (SEMANTICS §2).</summary>
    public required PartitionId Home { get; init; }

    /// <summary>What started it.</summary>
    public required TriggerKind Trigger { get; init; }

    /// <summary>
    /// What goes in: the HTTP body or raw query string, the caller's payload, the message, or the
    /// key that triggered it. Always bytes, never a stream, for runtimes that run synchronously.
    /// </summary>
    public required Payload Payload { get; init; }

    /// <summary>When it has to have ended.</summary>
    public required Deadline Deadline { get; init; }

    /// <summary>The event that started it; null for HTTP, rpc and host calls.</summary>
    public EventRecord? Event { get; init; }

    /// <summary>Stable identity of that event.</summary>
    public EventId EventId { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The events that share it, of a function with <c>batch</c>; else null.</summary>
    internal EventWindow? Window { get; init; }

    /// <summary>The cascade and the depth in it.</summary>
    public CascadeRef Cascade { get; init; }

    /// <summary>The trace that it continues.</summary>
    public TraceRef Trace { get; init; }

    /// <summary>What is to be remembered of it in its commit; null: nothing.</summary>
    internal IdempotentCall? Idempotency { get; set; }

    /// <summary>The version that it runs: calls within its app stay in it.</summary>
    internal DeployedApp? App { get; init; }

    /// <summary>How many synchronous calls stand above it; 0 for none.</summary>
    public int CallDepth { get; init; }
}
