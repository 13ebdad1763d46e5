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
)
{
    /// <summary>
    /// A hash of the ordering key or of the value that decides the partition, for schedulers that
    /// keep like with like; null: the function stands for it.
    /// </summary>
    public ulong? Key { get; init; }

    /// <summary>What is known of the function. Default: nothing.</summary>
    public FunctionCharacter Character { get; init; }

    /// <summary>Bytes that have to reach the node with the request. Default 0.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>
    /// How long it would wait at the caller, in milliseconds: what a node knows of itself now, where
    /// the snapshot holds old reports. Null: not known.
    /// </summary>
    public float? CallerWaitMs { get; init; }

    /// <summary>What is hashed to find a node: <see cref="Key"/>, else the address.</summary>
    internal ulong Hash => Key ?? FrozenHash.Of(Function.App, Function.Function);
}
