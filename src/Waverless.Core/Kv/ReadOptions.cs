namespace Waverless.Kv;

/// <summary>How to read. The default reads the newest committed state.</summary>
/// <param name="AtLeast">
/// Wait until the partition has applied this revision number; 0 does not wait. On one node every
/// acknowledged revision is already applied.
/// </param>
public readonly record struct ReadOptions(ulong AtLeast = 0);
