using Waverless.Cluster;
using Waverless.Messaging.Memory;

namespace Waverless.Simulation.Clusters;

/// <summary>A simulated cluster to which a plan of faults can be done.</summary>
internal interface IFaultTarget
{
    SimLoop Loop { get; }

    MemoryNetwork Network { get; }

    /// <summary>All nodes that ever were.</summary>
    IReadOnlyCollection<NodeId> All { get; }

    bool IsAlive(uint id);

    /// <summary>The process of a node, or its machine, dies.</summary>
    void Crash(uint id, bool silently);

    /// <summary>Starts a node, or its next life.</summary>
    Task BeginAsync(uint id);

    /// <summary>Lets a process stand still, or go on.</summary>
    void SetHung(uint id, bool isHung);

    /// <summary>A node says goodbye and stops.</summary>
    Task LeaveAsync(uint id);
}
