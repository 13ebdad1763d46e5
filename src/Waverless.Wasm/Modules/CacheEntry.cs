using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Waverless.Wasm.Engine;

namespace Waverless.Wasm.Modules;

/// <summary>
/// The format of one cached module: magic, length of what follows the header, fingerprint of the
/// engine, SHA-256 of the WebAssembly, SHA-256 of all that comes next: length of the shape; then
/// the module's shape and its code.
/// </summary>
internal static class CacheEntry
{
    internal const int HeaderBytes = 8 + 8 + EngineFingerprint.Length + HashBytes + HashBytes + 8;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int FingerprintAt = 16;
    private const int SourceAt = FingerprintAt + EngineFingerprint.Length;
    private const int ContentHashAt = SourceAt + HashBytes;
    private const int ShapeLengthAt = ContentHashAt + HashBytes;

    private static ReadOnlySpan<byte> Magic => "wvlscwa2"u8;

    internal static void WriteHeader(
        Span<byte> header,
        string fingerprint,
        ReadOnlySpan<byte> sourceHash,
        ReadOnlySpan<byte> shape,
        ReadOnlySpan<byte> code
    )
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], shape.Length + (long)code.Length);
        Encoding.ASCII.GetBytes(fingerprint, header[FingerprintAt..]);
        sourceHash.CopyTo(header[SourceAt..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[ShapeLengthAt..], shape.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header[ShapeLengthAt..HeaderBytes]);
        hash.AppendData(shape);
        hash.AppendData(code);
        hash.GetHashAndReset(header[ContentHashAt..]);
    }

    /// <summary>
    /// Finds the code in an entry, or says in <paramref name="refusal"/> what is wrong.
    /// </summary>
    internal static ReadOnlySpan<byte> Open(
        ReadOnlySpan<byte> entry,
        string fingerprint,
        ReadOnlySpan<byte> sourceHash,
        out ModuleShape? shape,
        out string? refusal
    )
    {
        shape = null;
        refusal = RefuseHeader(entry, fingerprint, sourceHash);
        if (refusal is not null)
        {
            return [];
        }

        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(entry[ShapeLengthAt..], hash);
        if (!hash.SequenceEqual(entry.Slice(ContentHashAt, HashBytes)))
        {
            refusal = "its content does not have the hash that was stored with it";
            return [];
        }

        var content = entry[HeaderBytes..];
        var shapeBytes = BinaryPrimitives.ReadInt64LittleEndian(entry[ShapeLengthAt..]);
        shape =
            (ulong)shapeBytes <= (ulong)content.Length
                ? ModuleShapeCodec.Read(content[..(int)shapeBytes])
                : null;
        if (shape is null)
        {
            refusal = "what it says of the module's imports and exports cannot be read";
            return [];
        }

        return content[(int)shapeBytes..];
    }

    private static string? RefuseHeader(
        ReadOnlySpan<byte> entry,
        string fingerprint,
        ReadOnlySpan<byte> sourceHash
    )
    {
        if (entry.Length < HeaderBytes || !entry.StartsWith(Magic))
        {
            return "it is not a cache entry";
        }

        if (BinaryPrimitives.ReadInt64LittleEndian(entry[8..]) != entry.Length - HeaderBytes)
        {
            return "its length is not the one that was stored with it";
        }

        Span<byte> expected = stackalloc byte[EngineFingerprint.Length];
        Encoding.ASCII.GetBytes(fingerprint, expected);
        if (!entry.Slice(FingerprintAt, expected.Length).SequenceEqual(expected))
        {
            return "it was compiled for another engine";
        }

        return entry.Slice(SourceAt, HashBytes).SequenceEqual(sourceHash)
            ? null
            : "it was compiled from another module";
    }
}
