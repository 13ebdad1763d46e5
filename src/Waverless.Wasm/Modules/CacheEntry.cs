using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Waverless.Wasm.Engine;

namespace Waverless.Wasm.Modules;

/// <summary>
/// The format of one cached module: magic, length of the code, fingerprint of the engine, SHA-256
/// of the WebAssembly, SHA-256 of the code, the code.
/// </summary>
internal static class CacheEntry
{
    internal const int HeaderBytes = 8 + 8 + EngineFingerprint.Length + HashBytes + HashBytes;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int FingerprintAt = 16;
    private const int SourceAt = FingerprintAt + EngineFingerprint.Length;
    private const int CodeHashAt = SourceAt + HashBytes;

    private static ReadOnlySpan<byte> Magic => "wvlscwa1"u8;

    internal static void WriteHeader(
        Span<byte> header,
        string fingerprint,
        ReadOnlySpan<byte> sourceHash,
        ReadOnlySpan<byte> code
    )
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], code.Length);
        Encoding.ASCII.GetBytes(fingerprint, header[FingerprintAt..]);
        sourceHash.CopyTo(header[SourceAt..]);
        SHA256.HashData(code, header[CodeHashAt..]);
    }

    /// <summary>
    /// Finds the code in an entry, or says in <paramref name="refusal"/> what is wrong.
    /// </summary>
    internal static ReadOnlySpan<byte> Open(
        ReadOnlySpan<byte> entry,
        string fingerprint,
        ReadOnlySpan<byte> sourceHash,
        out string? refusal
    )
    {
        refusal = RefuseHeader(entry, fingerprint, sourceHash);
        if (refusal is not null)
        {
            return [];
        }

        var code = entry[HeaderBytes..];
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(code, hash);
        if (!hash.SequenceEqual(entry.Slice(CodeHashAt, HashBytes)))
        {
            refusal = "its content does not have the hash that was stored with it";
            return [];
        }

        return code;
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
