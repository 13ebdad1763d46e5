using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>Each channel is a connection: TCP's own flow control is that of the channel.</summary>
internal sealed class TcpLink(TcpWire wire, NodeAddress to) : IWireLink
{
    public ValueTask<WireChannel> OpenAsync(CancellationToken ct) => wire.ConnectAsync(to, ct);

    public void Abort()
    {
        // The channels are all there is, and their owner ends them.
    }
}
