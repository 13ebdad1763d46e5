namespace Waverless.Kv;

/// <summary>Bounds of the store. One immutable instance per node.</summary>
public sealed record KvLimits
{
    /// <summary>
    /// How much longer keys of the platform's own records may be: a key of the app with what says
    /// which record of it.
    /// </summary>
    internal const int SystemKeyBytesExtra = 512;

    /// <summary>Longest key in bytes.</summary>
    /// <value>Default: 1 KiB.</value>
    public int KeyBytesMax { get; init; } = 1024;

    /// <summary>Longest value in bytes.</summary>
    /// <value>Default: 1 MiB.</value>
    public int ValueBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Longest blob in bytes.</summary>
    /// <value>Default: 1 GiB.</value>
    public long BlobBytesMax { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Most operations in one batch.</summary>
    /// <value>Default: 10,000.</value>
    public int BatchOperationsMax { get; init; } = 10_000;

    /// <summary>Most encoded bytes in one batch.</summary>
    /// <value>Default: 16 MiB.</value>
    public int BatchBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most entries in one page of a scan.</summary>
    /// <value>Default: 1,000.</value>
    public int PageEntriesMax { get; init; } = 1_000;

    /// <summary>Most key and value bytes in one page of a scan.</summary>
    /// <value>Default: 4 MiB.</value>
    public int PageBytesMax { get; init; } = 4 * 1024 * 1024;
}
