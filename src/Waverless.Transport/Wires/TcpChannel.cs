using System.Net.Security;
using System.Net.Sockets;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>A TLS connection of its own.</summary>
internal sealed class TcpChannel(Socket socket, SslStream tls, NodeId peer) : WireChannel
{
    private int _isAborted;

    public override NodeId Peer => peer;

    public override bool EndsByItself => false;

    public override ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct) =>
        tls.ReadAsync(into, ct);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        tls.WriteAsync(bytes, ct);

    public override ValueTask EndWritesAsync() => ValueTask.CompletedTask;

    public override void Abort(TransportErrorCode code)
    {
        if (Interlocked.Exchange(ref _isAborted, 1) == 0)
        {
            // Closing the socket ends a read or write in progress; the TLS stream is let go without
            // a word to the other side, which may be hung.
            socket.Dispose();
        }
    }
}
