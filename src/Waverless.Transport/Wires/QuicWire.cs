using System.Net;
using System.Net.Quic;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Wires;

/// <summary>QUIC: one connection per direction between two nodes, a stream per channel.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class QuicWire(TransportOptions options) : IWire
{
    private const int Backlog = 512;

    /// <summary>Streams of a connection that are not bodies: lanes, posts, and those that end.</summary>
    private const int OtherStreams = 128;

    /// <summary>What a stream may send before the other side reads.</summary>
    private const int StreamWindow = 512 * 1024;
    private const int ConnectionWindow = 16 * 1024 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<QuicConnection> _accepted = [];
    private QuicListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public string Name => "quic";

    public async ValueTask<int> ListenAsync(Action<WireChannel> accept, CancellationToken ct)
    {
        var listening = new QuicListenerOptions
        {
            ListenEndPoint = options.Listen,
            ListenBacklog = Backlog,
            ApplicationProtocols = [TlsRules.Protocol],
            ConnectionOptionsCallback = (_, _, _) => ValueTask.FromResult(ForServer()),
        };
        try
        {
            _listener = await QuicListener.ListenAsync(listening, ct);
        }
        catch (Exception e) when (e is QuicException or System.Net.Sockets.SocketException)
        {
            throw new IOException($"{options.Listen} (UDP) cannot be listened on: {e.Message}", e);
        }

        _accepting = AcceptAllAsync(_listener, accept);
        return _listener.LocalEndPoint.Port;
    }

    public async ValueTask<IWireLink> DialAsync(NodeAddress to, CancellationToken ct)
    {
        var verdict = new PeerVerdict();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(options.Limits.HandshakeTimeout);
        try
        {
            var connection = await QuicConnection.ConnectAsync(
                ForClient(to, verdict),
                patience.Token
            );
            return new QuicLink(connection, to.Id);
        }
        catch (Exception e) when (verdict.Refusal is { } why)
        {
            throw new WireException(TransportErrorCode.NotTrusted, why, e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            var seconds = options.Limits.HandshakeTimeout.TotalSeconds;
            throw new WireException(
                TransportErrorCode.Unreachable,
                $"no answer within {seconds} s",
                e
            );
        }
        catch (Exception e)
            when (e
                    is QuicException
                        or AuthenticationException
                        or System.Net.Sockets.SocketException
            )
        {
            throw QuicErrors.WhileConnecting(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        QuicConnection[] accepted;
        lock (_gate)
        {
            accepted = [.. _accepted];
        }

        foreach (var connection in accepted)
        {
            QuicLink.Close(connection, TransportErrorCode.Stopped);
        }

        if (_listener is { } listener)
        {
            await listener.DisposeAsync();
        }

        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAllAsync(QuicListener listener, Action<WireChannel> accept)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await listener.AcceptConnectionAsync(_stop.Token);
                _ = AcceptStreamsAsync(connection, accept);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception e) when (e is QuicException or AuthenticationException)
            {
                // The failure of one connection is told by the listener's accept.
                Log.Refused(options.Logger, "a stranger", e.Message);
            }
        }
    }

    private async Task AcceptStreamsAsync(QuicConnection connection, Action<WireChannel> accept)
    {
        if (
            connection.RemoteCertificate is not X509Certificate2 certificate
            || CertificateNames.NodeOf(certificate) is not { } name
            || !TryAdd(connection)
        )
        {
            QuicLink.Close(connection, TransportErrorCode.NotTrusted);
            return;
        }

        try
        {
            while (true)
            {
                var stream = await connection.AcceptInboundStreamAsync(_stop.Token);
                accept(new QuicChannel(stream, name.Node));
            }
        }
        catch (Exception e)
            when (e
                    is QuicException
                        or AuthenticationException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            // The connection has ended; its channels say so themselves.
        }

        lock (_gate)
        {
            _accepted.Remove(connection);
        }

        QuicLink.Close(connection, TransportErrorCode.Stopped);
    }

    private bool TryAdd(QuicConnection connection)
    {
        lock (_gate)
        {
            return !_stop.IsCancellationRequested && _accepted.Add(connection);
        }
    }

    private QuicServerConnectionOptions ForServer() =>
        new()
        {
            DefaultStreamErrorCode = QuicErrors.Number(TransportErrorCode.Cancelled),
            DefaultCloseErrorCode = QuicErrors.Number(TransportErrorCode.Stopped),
            IdleTimeout = options.Limits.DeadAfter * 4,
            HandshakeTimeout = options.Limits.HandshakeTimeout,
            MaxInboundBidirectionalStreams = options.Limits.PeerStreamsMax + OtherStreams,
            MaxInboundUnidirectionalStreams = 0,
            InitialReceiveWindowSizes = Windows(),
            ServerAuthenticationOptions = TlsRules.ForServer(
                options.Identity.Current,
                options.Time,
                new PeerVerdict()
            ),
        };

    private QuicClientConnectionOptions ForClient(NodeAddress to, PeerVerdict verdict) =>
        new()
        {
            RemoteEndPoint = IPAddress.TryParse(to.Host, out var address)
                ? new IPEndPoint(address, to.Port)
                : new DnsEndPoint(to.Host, to.Port),
            DefaultStreamErrorCode = QuicErrors.Number(TransportErrorCode.Cancelled),
            DefaultCloseErrorCode = QuicErrors.Number(TransportErrorCode.Stopped),
            IdleTimeout = options.Limits.DeadAfter * 4,
            KeepAliveInterval = options.Limits.PingAfter,
            HandshakeTimeout = options.Limits.HandshakeTimeout,
            MaxInboundBidirectionalStreams = 0,
            MaxInboundUnidirectionalStreams = 0,
            InitialReceiveWindowSizes = Windows(),
            ClientAuthenticationOptions = TlsRules.ForClient(
                options.Identity.Current,
                to.Id,
                options.Time,
                verdict
            ),
        };

    private static QuicReceiveWindowSizes Windows() =>
        new()
        {
            Connection = ConnectionWindow,
            LocallyInitiatedBidirectionalStream = StreamWindow,
            RemotelyInitiatedBidirectionalStream = StreamWindow,
            UnidirectionalStream = StreamWindow,
        };
}
