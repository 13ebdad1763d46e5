using System.Text;
using Waverless.Messaging;

namespace Waverless.Transport.Protocol;

/// <summary>
/// What precedes the body of an answer: <c>ReplyHeader</c> of <c>transport.proto</c>, by hand
/// because it is read and written for every request.
/// </summary>
internal readonly record struct ReplyHeader(ulong Id, uint Code, uint At, string? Message)
{
    /// <summary>Longer explanations are cut.</summary>
    public const int MessageBytesMax = 512;

    public int Write(Span<byte> into)
    {
        var writer = new HeaderWriter(into);
        writer.Number(1, Id);
        writer.Number(2, Code);
        writer.Number(3, At);
        writer.Text(4, Message, MessageBytesMax);
        return writer.Length;
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out ReplyHeader header)
    {
        var reader = new HeaderReader(from);
        var (id, code, at) = (0UL, 0UL, 0UL);
        string? message = null;
        while (reader.Next() is var field and not 0)
        {
            switch (field, reader.IsBytes)
            {
                case (1, false):
                    id = reader.Number;
                    break;
                case (2, false):
                    code = reader.Number;
                    break;
                case (3, false):
                    at = reader.Number;
                    break;
                case (4, true):
                    message = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }

        var isRead =
            !reader.IsMalformed && code <= (uint)TransportErrorCode.Stopped && at <= uint.MaxValue;
        header = isRead ? new ReplyHeader(id, (uint)code, (uint)at, message) : default;
        return isRead;
    }
}
