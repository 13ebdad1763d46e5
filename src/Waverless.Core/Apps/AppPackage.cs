using System.Collections.Frozen;

namespace Waverless.Apps;

/// <summary>The content of one app as it was deployed: its manifest and its files. Immutable.</summary>
/// <param name="Manifest">The app's manifest.</param>
/// <param name="Files">Content by relative path with forward slashes, such as <c>app.wasm</c>.</param>
/// <param name="ContentHash">Lower-case hex SHA-256 over manifest and files.</param>
public sealed record AppPackage(
    AppManifest Manifest,
    FrozenDictionary<string, ReadOnlyMemory<byte>> Files,
    string ContentHash
);
