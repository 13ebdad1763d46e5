namespace Waverless.Simulation.Clusters;

/// <summary>
/// What a simulated cluster is busy with, and what has to hold of it: events, requests, capacity.
/// Called on the simulation's one thread.
/// </summary>
internal interface ISimulatedWorkload
{
    /// <summary>A node, or its next life, is about to start: it can be given handlers.</summary>
    void Starting(SimCluster cluster, SimMember member);

    /// <summary>All nodes have met; the faults begin with this.</summary>
    Task RunAsync(SimCluster cluster);

    /// <summary>
    /// Nothing can run any more at this moment: throws if something holds that must not.
    /// </summary>
    void Check(SimCluster cluster);

    /// <summary>The faults are over and the nodes see each other again: throws likewise.</summary>
    Task FinishAsync(SimCluster cluster);
}
