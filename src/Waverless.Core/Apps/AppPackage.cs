using System.Collections.Frozen;
using Waverless.Apps.Packaging;

namespace Waverless.Apps;

/// <summary>The content of one app as deployed: manifest and files. Immutable.</summary>
/// <param name="Manifest">The app's manifest.</param>
/// <param name="Files">Content by relative path, with forward slashes.</param>
/// <param name="ContentHash">Lower-case hex SHA-256 over manifest and files.</param>
public sealed record AppPackage(
    AppManifest Manifest,
    FrozenDictionary<string, ReadOnlyMemory<byte>> Files,
    string ContentHash
)
{
    /// <summary>The folder within a package whose files the app's functions may read.</summary>
    public const string FilesFolder = "files/";

    /// <summary>What the app's code is.</summary>
    public ArtifactKind Artifact => PackageContent.ArtifactOf(Files.Keys);

    /// <summary>The path of the app's code in <see cref="Files"/>; null: there is none.</summary>
    public string? ArtifactPath => PackageContent.PathOf(Artifact);

    /// <summary>Makes a package of its parts and computes its hash.</summary>
    /// <param name="manifest">The app's manifest.</param>
    /// <param name="files">Content by relative path; none for delegates. Not copied.</param>
    /// <exception cref="PackageException">The files are more than one app's code.</exception>
    public static AppPackage Create(
        AppManifest manifest,
        IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>>? files = null
    )
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var content = (files ?? []).ToFrozenDictionary(StringComparer.Ordinal);
        PackageContent.RefuseAmbiguity(manifest.Name, content.Keys);
        return new AppPackage(manifest, content, PackageHash.Compute(manifest, content));
    }
}
