namespace Waverless.Cluster.Loads;

/// <summary>What a node tells others of its load.</summary>
internal sealed record NodeLoad
{
    /// <summary>Invocations that can compute at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Invocations that were admitted and have not ended.</summary>
    public int Active { get; init; }

    /// <summary>Invocations and events that wait.</summary>
    public int Queued { get; init; }

    /// <summary>Expected milliseconds of one slot until all of that is done.</summary>
    public float BacklogMs { get; init; }

    public NodeUsage Usage { get; init; }

    /// <summary>Whether it is about to leave and takes no new work.</summary>
    public bool IsDraining { get; init; }

    public WarmApps Warm { get; init; } = WarmApps.None;

    /// <summary>The same as a scheduler sees it.</summary>
    public NodeView On(in NodeView node, ulong report) =>
        node with
        {
            Active = Active,
            Slots = Slots,
            Queued = Queued,
            BacklogMs = BacklogMs,
            Cpu = Usage.Cpu,
            Memory = Usage.Memory,
            Warm = Warm,
            Report = report,
        };
}
