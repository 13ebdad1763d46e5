namespace Waverless.Apps;

/// <summary>What is wrong with a package. In each case its author is to act.</summary>
public enum PackageProblem
{
    /// <summary>The zip ends early, or its parts do not fit together.</summary>
    Corrupt,

    /// <summary>The zip uses a feature that is not read here: encryption, zip64, volumes.</summary>
    Unsupported,

    /// <summary>An entry's path leads outside, is absolute, or is not plain.</summary>
    PathInvalid,

    /// <summary>An entry is a link, a device or the like.</summary>
    NotRegularFile,

    /// <summary>Two entries have the same path, or differ in case only.</summary>
    Duplicate,

    /// <summary>A limit is exceeded.</summary>
    TooLarge,

    /// <summary>There is no manifest.</summary>
    ManifestMissing,

    /// <summary>There are two manifests, or two artifacts.</summary>
    Ambiguous,

    /// <summary>The manifest is that of another app.</summary>
    WrongApp,

    /// <summary>A file or folder cannot be read.</summary>
    Unreadable,
}
