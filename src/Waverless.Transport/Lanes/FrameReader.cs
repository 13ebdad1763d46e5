using System.Buffers;
using Waverless.Messaging;
using Waverless.Transport.Protocol;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Lanes;

/// <summary>Cuts what arrives on a channel into frames, until the channel ends.</summary>
internal static class FrameReader
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Returns when the other side has ended the channel.</summary>
    /// <exception cref="WireException">No frame of the protocol, or the channel broke.</exception>
    public static async Task RunAsync(
        WireChannel channel,
        IFrameSink sink,
        int bodyBytesMax,
        CancellationToken ct
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var (start, end) = (0, 0);
            while (true)
            {
                var read = await channel.ReadAsync(buffer.AsMemory(end), ct);
                if (read == 0)
                {
                    return;
                }

                channel.Traffic?.Received(read);
                sink.OnReceived();
                end += read;
                while (TryCut(buffer.AsMemory(start, end - start), bodyBytesMax, out var frame))
                {
                    start += FramePrefix.Length + frame.Header.Length + frame.Body.Length;
                    var taken = sink.OnFrameAsync(frame);
                    if (!taken.IsCompletedSuccessfully)
                    {
                        await taken;
                    }
                }

                var paused = sink.OnPauseAsync();
                if (!paused.IsCompletedSuccessfully)
                {
                    await paused;
                }

                (buffer, start, end) = Reserve(buffer, start, end, bodyBytesMax);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Cuts the first frame off; false: it is not complete.</summary>
    /// <exception cref="WireException">It is not a frame.</exception>
    internal static bool TryCut(ReadOnlyMemory<byte> from, int bodyBytesMax, out Frame frame)
    {
        frame = default;
        if (from.Length < FramePrefix.Length)
        {
            return false;
        }

        var prefix = Prefix(from.Span, bodyBytesMax);
        if (from.Length < prefix.FrameLength)
        {
            return false;
        }

        var header = from.Slice(FramePrefix.Length, prefix.HeaderLength);
        var body = from.Slice(FramePrefix.Length + prefix.HeaderLength, prefix.BodyLength);
        frame = new Frame(prefix.Type, header, body);
        return true;
    }

    /// <summary>Room for the rest of the frame that has begun, and for more.</summary>
    private static (byte[] Buffer, int Start, int End) Reserve(
        byte[] buffer,
        int start,
        int end,
        int bodyBytesMax
    )
    {
        var kept = end - start;
        var needed =
            kept < FramePrefix.Length
                ? BufferBytes
                : Prefix(buffer.AsSpan(start), bodyBytesMax).FrameLength;
        if (needed <= buffer.Length && (needed > BufferBytes || buffer.Length <= 2 * BufferBytes))
        {
            // What is left is moved to the front only when it does not fit behind.
            if (kept == 0 || start + needed > buffer.Length || end == buffer.Length)
            {
                buffer.AsSpan(start, kept).CopyTo(buffer);
                return (buffer, 0, kept);
            }

            return (buffer, start, end);
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, BufferBytes));
        buffer.AsSpan(start, kept).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return (larger, 0, kept);
    }

    private static FramePrefix Prefix(ReadOnlySpan<byte> from, int bodyBytesMax) =>
        FramePrefix.TryRead(from, bodyBytesMax, out var prefix)
            ? prefix
            : throw new WireException(
                TransportErrorCode.Malformed,
                $"a frame begins with {Convert.ToHexString(from[..FramePrefix.Length])}: "
                    + $"no frame of at most {bodyBytesMax} bytes"
            );
}
