using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography;
using Google.Protobuf;

namespace Waverless.Transport.Joining;

/// <summary>What the two ends of joining say: a length (4, little-endian), and protobuf.</summary>
internal static class JoinMessages
{
    /// <summary>Longer messages are refused.</summary>
    public const int BytesMax = 64 * 1024;

    public static readonly SslApplicationProtocol Protocol = new("waverless-join/1");

    public static async Task WriteAsync(Stream stream, IMessage message, CancellationToken ct)
    {
        var bytes = new byte[sizeof(int) + message.CalculateSize()];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - sizeof(int));
        message.WriteTo(bytes.AsSpan(sizeof(int)));
        await stream.WriteAsync(bytes, ct);
    }

    /// <exception cref="JoinException">No such message.</exception>
    public static async Task<T> ReadAsync<T>(
        Stream stream,
        MessageParser<T> parser,
        CancellationToken ct
    )
        where T : IMessage<T>
    {
        var prefix = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(prefix, ct);
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is <= 0 or > BytesMax)
        {
            throw new JoinException(
                JoinError.NotTrusted,
                $"A message of {length} bytes, expected 1 to {BytesMax}."
            );
        }

        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, ct);
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new JoinException(JoinError.NotTrusted, "A message cannot be read.", e);
        }
    }

    /// <summary>Shows that the sender has the token, to this server and for this key only.</summary>
    public static byte[] Proof(byte[] key, byte[] serverCertificate, byte[] signingRequest)
    {
        byte[] shown = [.. SHA256.HashData(serverCertificate), .. SHA256.HashData(signingRequest)];
        return HMACSHA256.HashData(key, shown);
    }
}
