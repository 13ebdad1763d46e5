using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv.Messages;
using Waverless.Timers;

namespace Waverless.Kv;

/// <summary>Who writes, and what the events that it sets off inherit.</summary>
/// <param name="Function">The writing function; null for code of the host.</param>
/// <param name="Cascade">The writer's cascade and depth; its events stand one deeper.</param>
/// <param name="Trace">The trace that the events continue.</param>
internal readonly record struct CommitOrigin(
    DeployedFunction? Function,
    CascadeRef Cascade,
    TraceRef Trace
)
{
    /// <summary>What is enqueued in the same commit; null: nothing.</summary>
    public IReadOnlyList<Message>? Messages { get; init; }

    /// <summary>The timers that are set and deleted in the same commit; null: none.</summary>
    public IReadOnlyList<TimerChange>? Timers { get; init; }

    /// <summary>Whether this is a root: only roots are refused when the backlog is full.</summary>
    public bool IsRoot => Function is null;

    /// <summary>Whether the commit's conditions are those of reads, which mostly hold.</summary>
    public bool IsTransaction { get; init; }

    /// <summary>Microseconds since the function began.</summary>
    public long AfterMicros { get; init; }

    /// <summary>Under which further conditions it takes effect; null: none.</summary>
    public ICommitGuard? Guard { get; init; }
}
