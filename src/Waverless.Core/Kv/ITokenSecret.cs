namespace Waverless.Kv;

/// <summary>
/// A storage engine whose data has a secret of its own, by which tokens that are given to callers
/// can be told from forged ones. It survives restarts; a restore makes a new one.
/// </summary>
public interface ITokenSecret
{
    /// <summary>32 random bytes.</summary>
    ReadOnlyMemory<byte> TokenSecret { get; }
}
