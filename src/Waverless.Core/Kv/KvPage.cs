namespace Waverless.Kv;

/// <summary>
/// One page of a scan, a snapshot in itself. A scan that is continued from
/// <see cref="Next"/> is not one snapshot across its pages.
/// </summary>
/// <param name="Entries">In key order, or from the last to the first.</param>
/// <param name="Next">
/// The first key that is not in the page, in the order of the scan; null when the range is
/// exhausted. <see cref="KvRange.ContinueAt"/> makes the next range of it.
/// </param>
public sealed record KvPage(IReadOnlyList<KvEntry> Entries, KvKey? Next);
