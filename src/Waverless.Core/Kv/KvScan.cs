namespace Waverless.Kv;

/// <summary>
/// An ordered scan in pages, each continued by the token of the one before: also after a restart,
/// and by a caller that keeps nothing but the token.
/// </summary>
public sealed record KvScan
{
    /// <summary>What to read; the limit is that of a page.</summary>
    public required KvRange Range { get; init; }

    /// <summary>Which partition; an app is one partition unless its manifest says more.</summary>
    public int Partition { get; init; }

    /// <summary>
    /// <see cref="KvScanPage.Continuation"/> of the page before, of a scan with the same app,
    /// partition, range and direction; null for the first page.
    /// </summary>
    public string? Continuation { get; init; }
}
