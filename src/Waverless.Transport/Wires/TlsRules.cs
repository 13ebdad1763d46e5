using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Waverless.Cluster;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Wires;

/// <summary>Mutual TLS 1.3 under the cluster's authority, for both wires and both ends.</summary>
internal static class TlsRules
{
    public static readonly SslApplicationProtocol Protocol = new("waverless/1");

    /// <summary>For the side that connects; <paramref name="verdict"/> hears about the peer.</summary>
    public static SslClientAuthenticationOptions ForClient(
        NodeIdentity identity,
        NodeId expected,
        TimeProvider time,
        PeerVerdict verdict
    ) =>
        new()
        {
            // The node's number is proved by the certificate; the name is only for those who look.
            TargetHost = $"node-{expected}.{identity.Cluster}",
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [Protocol],
            ClientCertificateContext = identity.Context,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                verdict.Judge(certificate, identity, isServer: true, expected, time),
        };

    /// <summary>For the side that listens.</summary>
    public static SslServerAuthenticationOptions ForServer(
        NodeIdentity identity,
        TimeProvider time,
        PeerVerdict verdict
    ) =>
        new()
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [Protocol],
            ServerCertificateContext = identity.Context,
            ClientCertificateRequired = true,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                verdict.Judge(certificate, identity, isServer: false, expected: null, time),
        };
}
