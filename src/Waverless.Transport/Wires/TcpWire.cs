using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;

namespace Waverless.Transport.Wires;

/// <summary>TCP with TLS 1.3.</summary>
internal sealed class TcpWire(TransportOptions options) : IWire
{
    private const int Backlog = 512;

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _handshakes = new(options.Limits.HandshakesMax);
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public string Name => "tcp";

    public ValueTask<int> ListenAsync(Action<WireChannel> accept, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var listener = new Socket(
            options.Listen.AddressFamily,
            SocketType.Stream,
            ProtocolType.Tcp
        );
        try
        {
            listener.Bind(options.Listen);
            listener.Listen(Backlog);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new IOException($"{options.Listen} (TCP) cannot be listened on: {e.Message}", e);
        }

        _listener = listener;
        _accepting = AcceptAllAsync(listener, accept);
        return ValueTask.FromResult(((IPEndPoint)listener.LocalEndPoint!).Port);
    }

    public ValueTask<IWireLink> DialAsync(NodeAddress to, CancellationToken ct) =>
        ValueTask.FromResult<IWireLink>(new TcpLink(this, to));

    public async ValueTask<WireChannel> ConnectAsync(NodeAddress to, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var verdict = new PeerVerdict();
        try
        {
            await socket.ConnectAsync(to.Host, to.Port, ct);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsClientAsync(
                TlsRules.ForClient(options.Identity.Current, to.Id, options.Time, verdict),
                ct
            );
            return new TcpChannel(socket, tls, verdict.Peer!.Value);
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e switch
            {
                _ when verdict.Refusal is { } why => new WireException(
                    TransportErrorCode.NotTrusted,
                    why,
                    e
                ),
                AuthenticationException => new WireException(
                    TransportErrorCode.NotTrusted,
                    e.Message,
                    e
                ),
                SocketException or IOException => new WireException(
                    TransportErrorCode.Unreachable,
                    e.Message,
                    e
                ),
                _ => e,
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        await _accepting;
    }

    private async Task AcceptAllAsync(Socket listener, Action<WireChannel> accept)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _handshakes.WaitAsync(_stop.Token);
                _ = SecureAsync(await listener.AcceptAsync(_stop.Token), accept);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // One connection that broke while it was accepted, or too many open files.
                _handshakes.Release();
                Log.NotAccepted(options.Logger, e.Message);
                await Task.Delay(options.Limits.BackoffFirst, options.Time);
            }
        }
    }

    private async Task SecureAsync(Socket socket, Action<WireChannel> accept)
    {
        var verdict = new PeerVerdict();
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(options.Limits.HandshakeTimeout);
            socket.NoDelay = true;
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(
                TlsRules.ForServer(options.Identity.Current, options.Time, verdict),
                patience.Token
            );
            accept(new TcpChannel(socket, tls, verdict.Peer!.Value));
        }
        catch (Exception e)
            when (e
                    is AuthenticationException
                        or IOException
                        or SocketException
                        or OperationCanceledException
                        or ObjectDisposedException
                        or InvalidOperationException
            )
        {
            var why = verdict.Refusal ?? e.Message;
            Log.Refused(options.Logger, Remote(socket), why);
            socket.Dispose();
        }
        finally
        {
            _handshakes.Release();
        }
    }

    private static string Remote(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "?";
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return "?";
        }
    }
}
