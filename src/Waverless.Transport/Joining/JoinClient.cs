using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Waverless.Transport.Identity;
using Waverless.Transport.Protocol.Protos;

namespace Waverless.Transport.Joining;

/// <summary>Gets a node's certificate with a one-time token.</summary>
public static class JoinClient
{
    /// <summary>
    /// Joins: makes a key, which never leaves this process, and has the cluster sign it. The token
    /// itself is not sent, and the answer is believed only if it comes from the token's cluster.
    /// </summary>
    /// <param name="host">Where a node of the cluster takes joins.</param>
    /// <param name="port">Its port for that.</param>
    /// <param name="token">The token; of no use afterwards.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="JoinException">The cluster cannot be reached, or refuses.</exception>
    public static async Task<JoinedCluster> JoinAsync(
        string host,
        int port,
        JoinToken token,
        TimeProvider? time = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(token);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var isHeard = false;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, ct);
            byte[] server = [];
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "join",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ApplicationProtocols = [JoinMessages.Protocol],
                    // Nothing is known of the authority yet: the proof is bound to this certificate,
                    // and the answer shows whether the token's authority has signed it.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                        (server = certificate?.GetRawCertData() ?? []).Length > 0,
                },
                ct
            );
            isHeard = true;
            var request = new CertificateRequest("CN=join", key, HashAlgorithmName.SHA256);
            var signing = request.CreateSigningRequest();
            var sent = new JoinRequest
            {
                Token = token.Id,
                SigningRequest = ByteString.CopyFrom(signing),
                Proof = ByteString.CopyFrom(JoinMessages.Proof(token.Key, server, signing)),
            };
            await JoinMessages.WriteAsync(tls, sent, ct);
            var answer = await JoinMessages.ReadAsync(tls, JoinAnswer.Parser, ct);
            var identity = Check(answer, token, key, server, time ?? TimeProvider.System);
            return new JoinedCluster(identity, JoinedNode.FromWire(answer.Nodes));
        }
        catch (Exception e)
            when (e
                    is (IOException and not JoinException)
                        or SocketException
                        or AuthenticationException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw isHeard
                ? new JoinException(
                    JoinError.WrongToken,
                    $"{host}:{port} does not know the token for node {token.Node}: it is wrong, of "
                        + $"another cluster, or has expired long ago ({e.Message}).",
                    e
                )
                : new JoinException(
                    JoinError.Unreachable,
                    $"Nobody takes joins at {host}:{port} ({e.Message}).",
                    e
                );
        }
    }

    private static NodeIdentity Check(
        JoinAnswer answer,
        JoinToken token,
        ECDsa key,
        byte[] server,
        TimeProvider time
    )
    {
        if (answer.Refusal != JoinRefusal.None)
        {
            var isUsed = answer.Refusal == JoinRefusal.Used;
            throw new JoinException(
                isUsed ? JoinError.UsedToken : JoinError.ExpiredToken,
                $"The token for node {token.Node} "
                    + (isUsed ? "was used already" : "has expired")
                    + "; expected a new one."
            );
        }

        var authority = answer.Authority.ToByteArray();
        if (!SHA256.HashData(authority).AsSpan().SequenceEqual(token.AuthorityFingerprint.Span))
        {
            throw new JoinException(
                JoinError.NotTrusted,
                "The authority is not that of the token."
            );
        }

        using var signed = X509CertificateLoader.LoadCertificate(answer.Certificate.ToByteArray());
        using var pair = signed.CopyWithPrivateKey(key);
        var identity = new NodeIdentity(
            X509CertificateLoader.LoadPkcs12(
                pair.Export(X509ContentType.Pkcs12),
                password: null,
                X509KeyStorageFlags.Exportable
            ),
            X509CertificateLoader.LoadCertificate(authority)
        );
        using var peer = X509CertificateLoader.LoadCertificate(server);
        var now = time.GetUtcNow();
        var isTrusted = CertificateCheck.Accept(peer, identity, isServer: true, now, out var why);
        return isTrusted is not null && identity.Node == token.Node
            ? identity
            : throw new JoinException(
                JoinError.NotTrusted,
                $"The answer is not that of a node of the cluster: {why}."
            );
    }
}
