namespace Waverless.Kv;

/// <summary>
/// Which of a partition's two key areas an operation means. Both live under the same commits,
/// revisions and deadlines. The numbers are part of the disk and wire format.
/// </summary>
public enum KeyArea : byte
{
    /// <summary>The app's keys: seen by scans, watched, and they set off functions.</summary>
    Data = 0,

    /// <summary>
    /// The platform's own records: locks, timers, idempotency, recorded answers. No app can reach
    /// them; they are neither watched nor logged as changes and set off nothing.
    /// </summary>
    System = 1,
}
