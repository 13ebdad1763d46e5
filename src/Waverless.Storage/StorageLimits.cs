using Waverless.Kv;

namespace Waverless.Storage;

/// <summary>Bounds of a storage engine, beside those of the store itself.</summary>
public sealed record StorageLimits
{
    /// <summary>Bounds of keys, values, batches and pages.</summary>
    public KvLimits Kv { get; init; } = new();

    /// <summary>Commits whose changes a partition keeps for watching.</summary>
    /// <value>Default: 65,536.</value>
    public int ChangeLogCommitsMax { get; init; } = 65_536;

    /// <summary>
    /// Commits of a partition that may wait for their turn; above it: overloaded.
    /// </summary>
    /// <value>Default: 16,384.</value>
    public int PendingCommitsMax { get; init; } = 16_384;

    /// <summary>Most commits that are written together.</summary>
    /// <value>Default: 256.</value>
    public int GroupCommitsMax { get; init; } = 256;

    /// <summary>Most bytes that are written together, unless a single commit is larger.</summary>
    /// <value>Default: 4 MiB.</value>
    public int GroupBytesMax { get; init; } = 4 * 1024 * 1024;
}
