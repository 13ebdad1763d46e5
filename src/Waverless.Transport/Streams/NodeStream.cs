using System.IO.Pipelines;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Streams;

/// <summary>A stream on a channel of its own: the channel's flow control is the stream's.</summary>
internal sealed class NodeStream : TransportStream
{
    private const int ReadBytes = 64 * 1024;
    private const int InputEnded = 1;
    private const int OutputEnded = 2;

    private readonly TransportNode _node;
    private readonly WireChannel _channel;
    private readonly IStreamBody _body;
    private readonly Action<NodeStream> _closed;
    private readonly StreamOutput _output;
    private int _ended;
    private int _isClosed;
    private TransportErrorCode _aborted;

    public NodeStream(
        TransportNode node,
        WireChannel channel,
        ushort kind,
        Action<NodeStream> closed
    )
    {
        (_node, _channel, _closed) = (node, channel, closed);
        (Kind, Peer) = (kind, channel.Peer);
        _body = channel.EndsByItself ? new PlainBody(channel) : new ChunkedBody(channel);
        _output = new StreamOutput(this, _body);
        Input = PipeReader.Create(
            new StreamReading(this, _body),
            new StreamPipeReaderOptions(bufferSize: ReadBytes, leaveOpen: true)
        );
    }

    public override ushort Kind { get; }

    public override NodeId Peer { get; }

    public override PipeReader Input { get; }

    public override PipeWriter Output => _output;

    public override void Abort(TransportErrorCode code)
    {
        if (_aborted == TransportErrorCode.None)
        {
            _aborted = code == TransportErrorCode.None ? TransportErrorCode.Cancelled : code;
        }

        _body.Abort(_aborted);
        Close();
    }

    public override ValueTask DisposeAsync()
    {
        // A direction that was not completed is reset: nobody takes a part for the whole.
        _body.Close(
            (_ended & InputEnded) != 0,
            (_ended & OutputEnded) != 0,
            _node.Limits.HandshakeTimeout
        );
        Close();
        return ValueTask.CompletedTask;
    }

    public void OnInputEnded() => Interlocked.Or(ref _ended, InputEnded);

    public void OnOutputEnded() => Interlocked.Or(ref _ended, OutputEnded);

    /// <summary>What to throw for a failure below.</summary>
    public TransportStreamException Failed(Exception cause)
    {
        var code = _aborted == TransportErrorCode.None ? _channel.CodeOf(cause) : _aborted;
        return new TransportStreamException(
            _node.Error(code, $"The stream with node {Peer} ended: {cause.Message}.")
        );
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            _closed(this);
        }
    }
}
