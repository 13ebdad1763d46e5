namespace Waverless.Kv;

/// <summary>
/// A key with its value, as a scan or a convenience read returns it; owns its memory, of which
/// small entries of a page share arrays of 16 KiB.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Number">Revision number of the commit that wrote the value.</param>
/// <param name="DeadlineMs">
/// Store time from which on the value is absent, Unix milliseconds; 0: it does not expire.
/// </param>
public readonly record struct KvEntry(
    KvKey Key,
    ReadOnlyMemory<byte> Value,
    ulong Number,
    long DeadlineMs = 0
);
