namespace Waverless.Kv;

/// <summary>What a point read found. The value itself went into the caller's buffer.</summary>
/// <param name="Found">False: the key is absent and nothing was written to the buffer.</param>
/// <param name="Number">Revision number of the commit that wrote the value; 0 if absent.</param>
/// <param name="Length">Bytes written to the buffer.</param>
/// <param name="DeadlineMs">
/// Store time from which on the value is absent, Unix milliseconds; 0: it does not expire.
/// </param>
public readonly record struct KvRead(bool Found, ulong Number, int Length, long DeadlineMs = 0)
{
    /// <summary>The result for an absent key.</summary>
    public static KvRead Absent => default;
}
