using System.Net.Security;
using System.Net.Sockets;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>A TLS connection of its own.</summary>
internal sealed class TcpChannel(Socket socket, SslStream tls, NodeId peer) : WireChannel
{
    private const int DrainBytes = 16 * 1024;

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

    public override void Close(bool hasRead, bool hasWritten, TimeSpan patience)
    {
        if (hasRead || !hasWritten)
        {
            Abort(TransportErrorCode.None);
        }
        else
        {
            _ = DrainAsync(patience);
        }
    }

    /// <summary>
    /// Closing with bytes that nobody has read resets the connection, and takes back what was
    /// written and has not arrived: reads on for a while.
    /// </summary>
    private async Task DrainAsync(TimeSpan patience)
    {
        using var stop = new CancellationTokenSource(patience);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            var rest = new byte[DrainBytes];
            while (await tls.ReadAsync(rest, stop.Token) > 0) { }
        }
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            // The other side has closed, or does not end.
        }

        Abort(TransportErrorCode.None);
    }
}
