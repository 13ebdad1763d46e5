using System.Net.Quic;
using System.Runtime.Versioning;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>Each channel is a stream of one connection.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class QuicLink(QuicConnection connection, NodeId peer) : IWireLink
{
    public async ValueTask<WireChannel> OpenAsync(CancellationToken ct)
    {
        try
        {
            var stream = await connection.OpenOutboundStreamAsync(QuicStreamType.Bidirectional, ct);
            return new QuicChannel(stream, peer);
        }
        catch (Exception e) when (e is QuicException or ObjectDisposedException)
        {
            var found = QuicErrors.WhileConnecting(e);
            throw found.Code == TransportErrorCode.NotTrusted
                ? found
                : new WireException(TransportErrorCode.ConnectionLost, e.Message, e);
        }
    }

    public void Abort() => Close(connection, TransportErrorCode.ConnectionLost);

    /// <summary>Closing waits for the other side, which may be hung: nobody waits for it.</summary>
    public static void Close(QuicConnection connection, TransportErrorCode code)
    {
        _ = CloseAsync();

        async Task CloseAsync()
        {
            try
            {
                await connection.CloseAsync(QuicErrors.Number(code));
                await connection.DisposeAsync();
            }
            catch (Exception e) when (e is QuicException or ObjectDisposedException)
            {
                // It was closed by the other side meanwhile.
            }
        }
    }
}
