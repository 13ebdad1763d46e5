namespace Waverless.Apps;

/// <summary>How large a package may be. What is counted is what was read, never a header.</summary>
public sealed record PackageLimits
{
    /// <summary>All defaults.</summary>
    public static PackageLimits Default { get; } = new();

    /// <summary>The zip itself, in bytes. Default 64 MiB.</summary>
    public long ArchiveBytesMax { get; init; } = 64L << 20;

    /// <summary>All files together, in bytes. Default 64 MiB.</summary>
    public long TotalBytesMax { get; init; } = 64L << 20;

    /// <summary>One file, in bytes. Default 64 MiB.</summary>
    public long FileBytesMax { get; init; } = 64L << 20;

    /// <summary>Files and folders. Default 1024.</summary>
    public int EntriesMax { get; init; } = 1_024;

    /// <summary>
    /// How many times larger than its compressed form a file of more than 1 MiB may be.
    /// Default 200.
    /// </summary>
    public int RatioMax { get; init; } = 200;
}
