using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Waverless.Cluster.Peers;

/// <summary>
/// Messages on a stream: length of what follows (4 bytes, little-endian), a tag that says which
/// message it is (1), the message.
/// </summary>
internal static class PeerFrames
{
    /// <summary>Largest message that is read.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    private const int HeaderBytes = 5;

    /// <summary>Writes a message; the caller flushes.</summary>
    public static void Write(PipeWriter writer, byte tag, IMessage message)
    {
        var size = message.CalculateSize();
        var span = writer.GetSpan(HeaderBytes + size);
        BinaryPrimitives.WriteInt32LittleEndian(span, size + 1);
        span[4] = tag;
        message.WriteTo(span.Slice(HeaderBytes, size));
        writer.Advance(HeaderBytes + size);
    }

    /// <summary>Reads a message of one kind; null: the stream is at its end.</summary>
    /// <exception cref="IOException">What arrives is no such message.</exception>
    /// <exception cref="InvalidDataException">As the other form.</exception>
    public static async ValueTask<T?> ReadAsync<T>(
        PipeReader reader,
        MessageParser<T> parser,
        CancellationToken ct
    )
        where T : class, IMessage<T>
    {
        T? message = null;
        await ReadAsync(reader, (_, body) => message = parser.ParseFrom(body), ct);
        return message;
    }

    /// <summary>
    /// Reads a message and gives it to <paramref name="take"/>; false: the stream is at its end.
    /// </summary>
    /// <exception cref="InvalidDataException">What arrives is no such message.</exception>
    public static async ValueTask<bool> ReadAsync(
        PipeReader reader,
        Action<byte, ReadOnlySequence<byte>> take,
        CancellationToken ct
    )
    {
        while (true)
        {
            var read = await reader.ReadAsync(ct);
            var buffer = read.Buffer;
            if (TryTake(buffer, take, out var used))
            {
                reader.AdvanceTo(used);
                return true;
            }

            if (read.IsCompleted)
            {
                var isWhole = buffer.IsEmpty;
                reader.AdvanceTo(buffer.End);
                return isWhole
                    ? false
                    : throw new InvalidDataException("A stream ended within a message.");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool TryTake(
        in ReadOnlySequence<byte> buffer,
        Action<byte, ReadOnlySequence<byte>> take,
        out SequencePosition used
    )
    {
        used = buffer.Start;
        if (buffer.Length < HeaderBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 1 or > BytesMax)
        {
            throw new InvalidDataException(
                $"A message on a stream has {length} bytes; expected 1 to {BytesMax}."
            );
        }

        if (buffer.Length < 4 + length)
        {
            return false;
        }

        take(header[4], buffer.Slice(HeaderBytes, length - 1));
        used = buffer.GetPosition(4 + length);
        return true;
    }
}
