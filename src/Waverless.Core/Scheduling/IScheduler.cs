using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Chooses the node for one invocation. Called on every invocation that may leave its node: pure,
/// synchronous, thread-safe; no I/O, no locks. Chosen by its name in configuration.
/// </summary>
public interface IScheduler
{
    /// <summary>Short lower-case name, such as <c>locality</c>.</summary>
    string Name { get; }

    /// <summary>Picks a node; null: nobody fits.</summary>
    /// <param name="request">What is to run.</param>
    /// <param name="cluster">Who could run it; affinity has been applied already.</param>
    NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster);
}
