namespace Waverless.Kv;

/// <summary>
/// One page of a scan, a snapshot in itself. A scan that is continued from
/// <see cref="Next"/> is not one snapshot across its pages.
/// </summary>
/// <param name="Entries">In key order.</param>
/// <param name="Next">Where the next page starts; null when the range is exhausted.</param>
public sealed record KvPage(IReadOnlyList<KvEntry> Entries, KvKey? Next);
