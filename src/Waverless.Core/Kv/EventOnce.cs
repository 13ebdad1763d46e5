namespace Waverless.Kv;

/// <summary>
/// The record of the system area by which an event is stored once: while it lives, further events
/// with the same record are dropped. It holds the fingerprint, then revision (8 bytes) and ordinal
/// (4 bytes) of the event that was stored, little-endian.
/// </summary>
/// <param name="Key">Key in the system area of the partition where the event runs.</param>
/// <param name="LifetimeMs">Milliseconds of store time, at least 1.</param>
/// <param name="Fingerprint">What tells whether a repetition means the same.</param>
public readonly record struct EventOnce(
    ReadOnlyMemory<byte> Key,
    long LifetimeMs,
    ReadOnlyMemory<byte> Fingerprint
)
{
    /// <summary>Longest fingerprint in bytes.</summary>
    public const int FingerprintBytesMax = 64;

    /// <summary>Bytes that apply adds behind the fingerprint.</summary>
    internal const int IdentityBytes = sizeof(ulong) + sizeof(int);
}
