using System.Text;
using Waverless.Kv;

namespace Waverless.Invocations.Idempotency;

/// <summary>
/// What is remembered of a call with an idempotency key (format version 1): version (1), whether
/// the body was too long to be kept (1), fingerprint of the payload (32), media type (prefixed by
/// its length as LEB128), body.
/// </summary>
/// <param name="Fingerprint">SHA-256 of the payload.</param>
/// <param name="IsCut">Whether the body was too long to be kept.</param>
/// <param name="ContentType">Media type of the body; null: none was named.</param>
/// <param name="Body">What the function answered.</param>
internal sealed record StoredAnswer(
    ReadOnlyMemory<byte> Fingerprint,
    bool IsCut,
    string? ContentType,
    ReadOnlyMemory<byte> Body
)
{
    public const int FingerprintBytes = 32;

    private const byte Version = 1;
    private const int HeadBytes = 2 + FingerprintBytes;

    public static StoredAnswer Of(
        ReadOnlyMemory<byte> fingerprint,
        in InvocationResult result,
        int bodyBytesMax
    )
    {
        var isCut = result.Body.Length > bodyBytesMax;
        return new StoredAnswer(
            fingerprint,
            isCut,
            isCut ? null : result.ContentType,
            isCut ? default : result.Body
        );
    }

    public byte[] Encode()
    {
        var type = Encoding.UTF8.GetBytes(ContentType ?? "");
        var prefixBytes = Leb128.Length((ulong)type.Length);
        var encoded = new byte[HeadBytes + prefixBytes + type.Length + Body.Length];
        encoded[0] = Version;
        encoded[1] = IsCut ? (byte)1 : (byte)0;
        Fingerprint.Span.CopyTo(encoded.AsSpan(2, FingerprintBytes));
        var rest = encoded.AsSpan(HeadBytes);
        rest = rest[Leb128.Write(rest, (ulong)type.Length)..];
        type.CopyTo(rest);
        Body.Span.CopyTo(rest[type.Length..]);
        return encoded;
    }

    /// <summary>Null: the bytes are no answer.</summary>
    public static StoredAnswer? Decode(ReadOnlyMemory<byte> encoded)
    {
        var bytes = encoded.Span;
        if (bytes.Length < HeadBytes || bytes[0] != Version || bytes[1] > 1)
        {
            return null;
        }

        var rest = bytes[HeadBytes..];
        if (!Leb128.TryReadBytes(ref rest, out var type))
        {
            return null;
        }

        return new StoredAnswer(
            encoded.Slice(2, FingerprintBytes),
            bytes[1] == 1,
            type.IsEmpty ? null : Encoding.UTF8.GetString(type),
            encoded[^rest.Length..]
        );
    }
}
