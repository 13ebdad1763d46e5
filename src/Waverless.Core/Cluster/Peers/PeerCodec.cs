using System.Buffers;
using Google.Protobuf;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Peers;

/// <summary>
/// Bodies of replies between nodes: a byte that says which message follows, and the message.
/// </summary>
internal static class PeerCodec
{
    private const byte ReplyTag = 0;
    private const byte RefusalTag = 1;
    private const byte FailureTag = 2;

    public static TransportReply Reply(IMessage message) => Encode(ReplyTag, message);

    public static TransportReply Refuse(Refusal.Types.Code code, string message) =>
        Encode(RefusalTag, new Refusal { Code = code, Message = message });

    public static TransportReply Refuse(Refusal refusal) => Encode(RefusalTag, refusal);

    public static TransportReply Fail(StorageFailure failure) => Encode(FailureTag, failure);

    public static PeerAnswer<T> Decode<T>(in ReadOnlySequence<byte> body, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        if (body.IsEmpty)
        {
            return Malformed<T>("an empty reply");
        }

        var tag = body.FirstSpan[0];
        var message = body.Slice(1);
        try
        {
            return tag switch
            {
                ReplyTag => new() { Reply = parser.ParseFrom(message) },
                RefusalTag => new() { Refusal = Refusal.Parser.ParseFrom(message) },
                FailureTag => new() { Failure = StorageFailure.Parser.ParseFrom(message) },
                _ => Malformed<T>($"a reply with the tag {tag}"),
            };
        }
        catch (InvalidProtocolBufferException unreadable)
        {
            return Malformed<T>(unreadable.Message);
        }
    }

    private static PeerAnswer<T> Malformed<T>(string what)
        where T : class =>
        new()
        {
            Refusal = new Refusal
            {
                Code = Refusal.Types.Code.Malformed,
                Message = $"The other node sent {what}; expected a message of this protocol.",
            },
        };

    private static TransportReply Encode(byte tag, IMessage message)
    {
        var size = message.CalculateSize();
        var buffer = ArrayPool<byte>.Shared.Rent(size + 1);
        buffer[0] = tag;
        message.WriteTo(buffer.AsSpan(1, size));
        return new TransportReply(
            new ReadOnlySequence<byte>(buffer, 0, size + 1),
            new PooledBuffer(buffer)
        );
    }
}
