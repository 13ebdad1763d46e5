namespace Waverless.Simulation.Clusters;

/// <summary>What a client knows of an item.</summary>
internal enum LedgerOutcome
{
    /// <summary>It was told that nothing has happened.</summary>
    Refused,

    /// <summary>It may be there.</summary>
    Unknown,

    /// <summary>It was told that it is there.</summary>
    Added,
}
