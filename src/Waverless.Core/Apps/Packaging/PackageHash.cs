using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Waverless.Apps.Packaging;

/// <summary>
/// Hashes the content of a package, in the order of paths, each part behind its length: the same
/// content has the same hash however it was packed. What the manifest says goes in beside its file,
/// since the manifest of delegates has none.
/// </summary>
internal static class PackageHash
{
    private const string Version = "waverless-package-1";

    public static string Compute(
        AppManifest manifest,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(Version));
        Append(hash, Encoding.UTF8.GetBytes(manifest.Name));
        Append(hash, Encoding.UTF8.GetBytes(ManifestText.Describe(manifest)));
        foreach (var path in files.Keys.Order(StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(path));
            Append(hash, files[path].Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
