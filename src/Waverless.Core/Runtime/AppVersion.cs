using Waverless.Apps;

namespace Waverless.Runtime;

/// <summary>One deployed version of an app, as a runtime loads it.</summary>
/// <param name="Package">Manifest and artifact.</param>
/// <param name="FilesFolder">
/// Absolute path of the folder whose files the app's functions may read; null if it has none.
/// </param>
public sealed record AppVersion(AppPackage Package, string? FilesFolder)
{
    /// <summary>The app's name.</summary>
    public string App => Package.Manifest.Name;

    /// <summary>Content hash: the identity of the version.</summary>
    public string Hash => Package.ContentHash;
}
