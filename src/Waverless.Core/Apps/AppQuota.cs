namespace Waverless.Apps;

/// <summary>
/// How much an app may keep. An app of several partitions has an equal share of it in each.
/// </summary>
public sealed record AppQuota
{
    /// <summary>
    /// Most bytes of its keys, values and blobs together, before compression; null: no bound.
    /// </summary>
    public long? Bytes { get; init; }

    /// <summary>Most keys; null: no bound.</summary>
    public long? Keys { get; init; }

    /// <summary>What one of several partitions may keep.</summary>
    internal AppQuota Share(int partitions) =>
        partitions == 1
            ? this
            : new AppQuota { Bytes = Bytes / partitions, Keys = Keys / partitions };
}
