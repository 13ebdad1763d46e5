using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Scheduling;

/// <summary>What a scheduler is asked to place.</summary>
/// <param name="Function">The function.</param>
/// <param name="Trigger">What starts it.</param>
/// <param name="Home">The partition that it is at home in.</param>
/// <param name="Leader">The node that leads that partition; null if unknown.</param>
/// <param name="Caller">The node where the request arrived.</param>
public readonly record struct SchedulingRequest(
    FunctionAddress Function,
    TriggerKind Trigger,
    PartitionId Home,
    NodeId? Leader,
    NodeId Caller
);
