namespace Waverless.Kv;

/// <summary>A storage engine that shares a secret with others: their tokens are its own.</summary>
internal interface ISharedTokenSecret
{
    /// <summary>The secret that all have, 32 random bytes; null: it cannot be had now.</summary>
    ValueTask<ReadOnlyMemory<byte>?> SharedTokenSecretAsync(CancellationToken ct);
}
