namespace Waverless.Kv;

/// <summary>A value with a deadline, as the list of expiring keys has it; owns its memory.</summary>
/// <param name="Area">Which area the key is in.</param>
/// <param name="Key">The key.</param>
/// <param name="Number">
/// Revision number that wrote the value; the key may have been written anew since.
/// </param>
/// <param name="DeadlineMs">Store time from which on it is absent, Unix milliseconds.</param>
public readonly record struct ExpiringKey(KeyArea Area, KvKey Key, ulong Number, long DeadlineMs);
