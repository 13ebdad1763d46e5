namespace Waverless.Kv;

/// <summary>A storage engine that keeps count of what its partitions keep for later.</summary>
internal interface IDeferredWork
{
    /// <summary>What a partition of this engine keeps; nothing of one that it does not have.</summary>
    DeferredCounts DeferredIn(PartitionId partition);

    /// <summary>Watches of this engine's partitions that go on.</summary>
    int Watches { get; }
}
