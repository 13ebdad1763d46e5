namespace Waverless.Storage.Apply;

/// <summary>What is known of a key's value from before a commit.</summary>
/// <param name="Revision">Revision number that wrote it.</param>
/// <param name="DeadlineMs">Store time from which on it is absent; 0: it does not expire.</param>
/// <param name="ValueBytes">Length of the value.</param>
internal readonly record struct OldValue(ulong Revision, long DeadlineMs, int ValueBytes)
{
    /// <summary>Whether it is absent at a store time though its record is still there.</summary>
    public bool HasExpired(long storeTimeMs) => DeadlineMs != 0 && DeadlineMs <= storeTimeMs;
}
