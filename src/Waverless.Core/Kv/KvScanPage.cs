namespace Waverless.Kv;

/// <summary>
/// One page of a scan, a snapshot in itself; a continued scan is not one snapshot across its
/// pages.
/// </summary>
/// <param name="Entries">In the scan's order.</param>
/// <param name="Continuation">
/// An opaque text of the letters, digits, <c>-</c> and <c>_</c> that stands for what is left; null
/// when the range is exhausted. It is good until the store is restored from a backup.
/// </param>
public sealed record KvScanPage(IReadOnlyList<KvEntry> Entries, string? Continuation);
