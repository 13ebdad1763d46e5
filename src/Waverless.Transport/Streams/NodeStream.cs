using System.IO.Pipelines;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Streams;

/// <summary>A stream on a channel of its own: the channel's flow control is the stream's.</summary>
internal sealed class NodeStream : TransportStream
{
    private const int ReadBytes = 64 * 1024;

    private readonly TransportNode _node;
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
        (_node, _closed, Kind, Peer) = (node, closed, kind, channel.Peer);
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
        // Whatever was not completed by both sides is reset, so that neither takes a part for the
        // whole.
        _body.Abort(_ended == Both ? TransportErrorCode.None : TransportErrorCode.Cancelled);
        Close();
        return ValueTask.CompletedTask;
    }

    private const int Both = 3;

    public void OnInputEnded() => Interlocked.Or(ref _ended, 1);

    public void OnOutputEnded() => Interlocked.Or(ref _ended, 2);

    /// <summary>What to throw for a failure below.</summary>
    public TransportStreamException Failed(Exception cause)
    {
        var code = cause switch
        {
            _ when _aborted != TransportErrorCode.None => _aborted,
            WireException wire => wire.Code,
            _ => TransportErrorCode.ConnectionLost,
        };
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
