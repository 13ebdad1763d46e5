using System.IO.Pipelines;
using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

/// <summary>One end of a stream.</summary>
internal sealed class MemoryTransportStream(
    StreamPair pair,
    MemoryTransport local,
    MemoryTransport peer,
    ushort kind,
    StreamRelay output,
    StreamRelay input
) : TransportStream
{
    private readonly CompletingWriter _writer = new(output.Writer);
    private bool _isDisposed;

    public override ushort Kind => kind;

    public override NodeId Peer => peer.Local.Id;

    public override PipeReader Input => input.Reader;

    public override PipeWriter Output => _writer;

    public override void Abort(TransportErrorCode code)
    {
        // What a dead node does reaches nobody.
        if (!local.IsClosed)
        {
            pair.Abort(local.Local.Id, code);
        }
    }

    public override ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            if (!_writer.IsCompleted || !input.IsFinished)
            {
                Abort(TransportErrorCode.Cancelled);
            }

            input.Reader.Complete();
            _writer.Complete();
        }

        return default;
    }
}
