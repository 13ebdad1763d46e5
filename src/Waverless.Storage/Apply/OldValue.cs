namespace Waverless.Storage.Apply;

/// <summary>What is known of a key's value from before a commit.</summary>
/// <param name="Revision">Revision number that wrote it.</param>
/// <param name="DeadlineMs">Store time from which on it is absent; 0: it does not expire.</param>
internal readonly record struct OldValue(ulong Revision, long DeadlineMs)
{
    /// <summary>Whether it is absent at a store time though its record is still there.</summary>
    public bool HasExpired(long storeTimeMs) => DeadlineMs != 0 && DeadlineMs <= storeTimeMs;
}
