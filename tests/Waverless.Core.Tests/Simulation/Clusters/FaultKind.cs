namespace Waverless.Simulation.Clusters;

/// <summary>What a plan does to a cluster for a while.</summary>
internal enum FaultKind
{
    /// <summary>A process dies; its end is its restart.</summary>
    Crash,

    /// <summary>A machine dies and says nothing; its end is its restart.</summary>
    PowerLoss,

    /// <summary>A process stands still.</summary>
    Hang,

    /// <summary>Everything to and from a node takes longer.</summary>
    Slow,

    /// <summary>Two sides hear nothing of each other.</summary>
    Partition,

    /// <summary>One node hears nothing of another, which hears it.</summary>
    OneWay,

    /// <summary>One node hears nothing of anybody, all hear it.</summary>
    Deaf,

    /// <summary>Messages get lost, everywhere.</summary>
    Loss,

    /// <summary>Messages arrive twice and late, everywhere.</summary>
    Storm,

    /// <summary>A node says goodbye; its end is its return.</summary>
    Leave,
}
