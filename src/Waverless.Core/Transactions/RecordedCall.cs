using System.Text;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>A call of another function, and what it answered.</summary>
/// <param name="Hash">Of target and payload.</param>
/// <param name="Answer">Null: it was too long to be kept; the call is made again.</param>
internal sealed record RecordedCall(byte[] Hash, InvocationResult? Answer)
{
    public const int HashBytes = 32;
    private const byte Version = 1;
    private const byte HasAnswer = 1;
    private const byte HasContentType = 2;

    /// <summary>Store time at which the record goes; 0 while it is only in memory.</summary>
    public long DeadlineMs { get; init; }

    /// <summary>A completed call; keeps the answer if it is short enough.</summary>
    public static RecordedCall Of(byte[] hash, in InvocationResult answer) =>
        new(hash, answer.Body.Length <= TransactionLimits.AnswerBytesMax ? answer : null);

    /// <summary>
    /// Layout: version (1), flags (1), hash (32), then with an answer the length-prefixed media
    /// type (empty if there is none) and the body.
    /// </summary>
    public byte[] Encode()
    {
        var type = Answer?.ContentType;
        var typeBytes = type is null ? 0 : Encoding.UTF8.GetByteCount(type);
        var prefix = Leb128.Length((ulong)typeBytes);
        var body = Answer?.Body ?? default;
        var encoded = new byte[2 + HashBytes + prefix + typeBytes + body.Length];
        encoded[0] = Version;
        encoded[1] = (byte)((Answer is null ? 0 : HasAnswer) | (type is null ? 0 : HasContentType));
        Hash.CopyTo(encoded.AsSpan(2));
        var rest = encoded.AsSpan(2 + HashBytes);
        rest = rest[Leb128.Write(rest, (ulong)typeBytes)..];
        if (type is not null)
        {
            rest = rest[Encoding.UTF8.GetBytes(type, rest)..];
        }

        body.Span.CopyTo(rest);
        return encoded;
    }

    /// <summary>Reads a record; null if the bytes are none.</summary>
    public static RecordedCall? Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < 2 + HashBytes || encoded[0] != Version)
        {
            return null;
        }

        var rest = encoded[(2 + HashBytes)..];
        if (!Leb128.TryReadBytes(ref rest, out var type))
        {
            return null;
        }

        var hash = encoded.Slice(2, HashBytes).ToArray();
        if ((encoded[1] & HasAnswer) == 0)
        {
            return new RecordedCall(hash, null);
        }

        var hasType = (encoded[1] & HasContentType) != 0;
        var contentType = hasType ? Encoding.UTF8.GetString(type) : null;
        return new RecordedCall(hash, InvocationResult.Completed(rest.ToArray(), contentType));
    }
}
