using System.Collections.Immutable;

namespace Waverless.Cluster;

/// <summary>
/// One node, as another sees it: what it reported last, so its load is as old as that report.
/// </summary>
/// <param name="Id">Its identity.</param>
/// <param name="Weight">Its capacity relative to others; more than 0.</param>
/// <param name="Tags">What affinity can ask for.</param>
/// <param name="Active">Invocations that run there.</param>
public readonly record struct NodeView(
    NodeId Id,
    double Weight,
    ImmutableArray<string> Tags,
    int Active
)
{
    /// <summary>Invocations that can run there at once. Default 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Invocations that wait there. Default 0.</summary>
    public int Queued { get; init; }

    /// <summary>
    /// Work that waits or runs there, in milliseconds of one slot: the expected run times less what
    /// has been done of them. Default 0.
    /// </summary>
    public float BacklogMs { get; init; }

    /// <summary>Share of its processors that is busy, 0 to 1. Default 0.</summary>
    public float Cpu { get; init; }

    /// <summary>Share of the memory that its process may use, 0 to 1. Default 0.</summary>
    public float Memory { get; init; }

    /// <summary>The apps that it keeps ready. Default: none.</summary>
    public WarmApps? Warm { get; init; }

    /// <summary>
    /// Whether it has not answered lately and may be lost: taken only where nobody else fits.
    /// Default false.
    /// </summary>
    public bool IsSuspected { get; init; }

    /// <summary>
    /// Which report of the node this is: grows with each, so that a scheduler can tell what it sent
    /// there before from what it sent after. Default 0: never reported.
    /// </summary>
    public ulong Report { get; init; }
}
