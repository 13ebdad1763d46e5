using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Cluster;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Identity;
using Waverless.Transport.Protocol.Protos;

namespace Waverless.Transport.Joining;

/// <summary>
/// Lets nodes join with one-time tokens: a TCP port of its own, with TLS 1.3. Whoever does not show
/// a token is not answered; one that has expired or was used is refused as that. Thread-safe.
/// </summary>
public sealed class JoinEndpoint : IAsyncDisposable
{
    /// <summary>Joins that are served at once; further ones wait.</summary>
    public const int JoinsMax = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _joins = new(JoinsMax);
    private readonly INodeIdentitySource _identity;
    private readonly ClusterAuthority _authority;
    private readonly IJoinTokenStore _tokens;
    private readonly Func<ImmutableArray<JoinedNode>> _nodes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TcpListener _listener;
    private readonly Task _accepting;

    /// <summary>Begins to take joins.</summary>
    /// <param name="listen">Where.</param>
    /// <param name="identity">Who this node is.</param>
    /// <param name="authority">Signs; owned by the caller.</param>
    /// <param name="tokens">The tokens that have been given out.</param>
    /// <param name="nodes">
    /// Names nodes that whoever joins is told of, at most <see cref="JoinedNode.CountMax"/>; null:
    /// none.
    /// </param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="logger">Hears who joined and who was refused.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public JoinEndpoint(
        IPEndPoint listen,
        INodeIdentitySource identity,
        ClusterAuthority authority,
        IJoinTokenStore tokens,
        Func<ImmutableArray<JoinedNode>>? nodes = null,
        TimeProvider? time = null,
        ILogger? logger = null
    )
    {
        ArgumentNullException.ThrowIfNull(listen);
        (_identity, _authority, _tokens) = (identity, authority, tokens);
        _nodes = nodes ?? (static () => []);
        (_time, _logger) = (time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        _listener = new TcpListener(listen);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Gives out a token for a node.</summary>
    /// <param name="node">Who its user becomes.</param>
    /// <param name="validity">How long it can be used.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="JoinException">Too many are given out already.</exception>
    public async Task<JoinToken> IssueAsync(
        NodeId node,
        TimeSpan validity,
        CancellationToken ct = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(node.Value);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validity, TimeSpan.Zero);
        var token = JoinToken.Create(node, _authority.Certificate.RawData);
        var kept = new JoinTokenRecord(token.Id, node, token.Key, _time.GetUtcNow() + validity);
        return await _tokens.TryAddAsync(kept, ct)
            ? token
            : throw new JoinException(
                JoinError.TooManyTokens,
                "Too many join tokens are given out and have not expired."
            );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _joins.WaitAsync(_stop.Token);
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            if (!_stop.IsCancellationRequested)
            {
                Log.NotAccepted(_logger, e.Message);
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(Patience);
        try
        {
            using (client)
            {
                await using var tls = new SslStream(client.GetStream());
                var identity = _identity.Current;
                var options = new SslServerAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ApplicationProtocols = [JoinMessages.Protocol],
                    ServerCertificateContext = identity.Context,
                };
                await tls.AuthenticateAsServerAsync(options, patience.Token);
                var request = await JoinMessages.ReadAsync(tls, JoinRequest.Parser, patience.Token);
                var answer = await AnswerAsync(request, identity, patience.Token);
                await JoinMessages.WriteAsync(tls, answer, patience.Token);
                await tls.ShutdownAsync();
            }
        }
        catch (Exception e)
            when (e
                    is IOException
                        or AuthenticationException
                        or SocketException
                        or CryptographicException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            Log.JoinRefused(_logger, e.Message);
        }
        finally
        {
            _joins.Release();
        }
    }

    /// <exception cref="JoinException">The token is not shown: nothing is answered.</exception>
    private async Task<JoinAnswer> AnswerAsync(
        JoinRequest request,
        NodeIdentity identity,
        CancellationToken ct
    )
    {
        var signing = request.SigningRequest.ToByteArray();
        var token = await _tokens.FindAsync(request.Token, ct);
        var expected = JoinMessages.Proof(
            token?.Key.ToArray() ?? RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
            identity.Certificate.RawData,
            signing
        );
        if (!CryptographicOperations.FixedTimeEquals(expected, request.Proof.Span) || token is null)
        {
            throw new JoinException(JoinError.WrongToken, "A token is unknown, or not proved.");
        }

        if (token.ExpiresAt <= _time.GetUtcNow())
        {
            return Refuse(token, JoinRefusal.Expired);
        }

        var key = CertificateRequest
            .LoadSigningRequest(signing, HashAlgorithmName.SHA256)
            .PublicKey;
        if (!await _tokens.TryTakeAsync(token.Id, ct))
        {
            return Refuse(token, JoinRefusal.Used);
        }

        using var certificate = _authority.Sign(identity.Cluster, token.Node, key);
        Log.Joined(_logger, token.Node, token.Id);
        var answer = new JoinAnswer
        {
            Certificate = ByteString.CopyFrom(certificate.RawData),
            Authority = ByteString.CopyFrom(_authority.Certificate.RawData),
        };
        answer.Nodes.AddRange(_nodes().Take(JoinedNode.CountMax).Select(node => node.ToWire()));
        return answer;
    }

    private JoinAnswer Refuse(JoinTokenRecord token, JoinRefusal why)
    {
        Log.JoinRefused(_logger, $"the token {token.Id} for node {token.Node} is {why}");
        return new JoinAnswer { Refusal = why };
    }
}
