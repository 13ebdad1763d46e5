using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>The bounds that a contract test asks an engine to have.</summary>
public sealed record StorageContractLimits
{
    public KvLimits Kv { get; init; } = new();

    public int ChangeLogCommitsMax { get; init; } = 65_536;

    public int PendingCommitsMax { get; init; } = 16_384;
}
