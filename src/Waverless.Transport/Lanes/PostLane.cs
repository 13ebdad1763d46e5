using Waverless.Messaging;
using Waverless.Transport.Peers;
using Waverless.Transport.Protocol;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Lanes;

/// <summary>
/// The sending end of a channel for messages without an answer. The channel has only these, so that
/// a receiver that is behind holds up nothing else.
/// </summary>
internal sealed class PostLane : IFrameSink
{
    private readonly Link _link;
    private readonly WireChannel _channel;
    private readonly LaneWriter _writer;

    public PostLane(Link link, WireChannel channel)
    {
        (_link, _channel) = (link, channel);
        _writer = new LaneWriter(channel, link.Fail);
    }

    public void Start()
    {
        _writer.Start();
        _ = _link.ReadAsync(_channel, this);
    }

    public async ValueTask<TransportError?> PostAsync(
        TransportMessage message,
        CancellationToken ct
    )
    {
        var room = _link.Node.Limits.PeerQueueBytesMax;
        await _writer.WaitForRoomAsync(room, ct);
        if (!Append(message))
        {
            return _link.Lost(mayHaveBegun: false);
        }

        _writer.Flush(isUrgent: false);
        return null;
    }

    public void Close(TransportErrorCode code)
    {
        _writer.Close();
        _channel.Abort(code);
    }

    void IFrameSink.OnReceived() => _link.OnReceived();

    ValueTask IFrameSink.OnFrameAsync(Frame frame) =>
        throw new WireException(
            TransportErrorCode.Malformed,
            $"a frame {frame.Type} came on a channel for messages without an answer"
        );

    ValueTask IFrameSink.OnPauseAsync() => ValueTask.CompletedTask;

    private bool Append(in TransportMessage message)
    {
        var header = new RequestHeader(0, message.Kind, 0, message.Trace);
        Span<byte> bytes = stackalloc byte[FramePrefix.HeaderBytesMax];
        return _writer.Append(FrameType.Post, bytes[..header.Write(bytes)], message.Body);
    }
}
