namespace Waverless.Kv;

/// <summary>How to read. The default reads the newest committed state of the app's keys.</summary>
/// <param name="AtLeast">
/// Wait until the partition has applied this revision number; 0 does not wait. On one node every
/// acknowledged revision is already applied.
/// </param>
/// <param name="Area">Which keys.</param>
public readonly record struct ReadOptions(ulong AtLeast = 0, KeyArea Area = KeyArea.Data)
{
    /// <summary>Reads the platform's own records.</summary>
    internal static ReadOptions System => new(0, KeyArea.System);
}
