using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Waverless.Cluster;

namespace Waverless.Transport.Identity;

/// <summary>
/// Who a node is: a certificate of the cluster's authority, with its key. Thread-safe.
/// </summary>
public sealed class NodeIdentity : INodeIdentitySource
{
    /// <summary>An identity.</summary>
    /// <param name="certificate">Names the node and has its private key.</param>
    /// <param name="authority">The cluster's authority, which signed the certificate.</param>
    /// <exception cref="ArgumentException">The certificate names no node, or has no key.</exception>
    public NodeIdentity(X509Certificate2 certificate, X509Certificate2 authority)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(authority);
        var name =
            CertificateNames.NodeOf(certificate)
            ?? throw new ArgumentException("The certificate names no node.", nameof(certificate));
        if (!certificate.HasPrivateKey)
        {
            throw new ArgumentException("The certificate has no key.", nameof(certificate));
        }

        (Certificate, Authority) = (certificate, authority);
        (Cluster, Node) = (name.Cluster, name.Node);
        Context = SslStreamCertificateContext.Create(
            certificate,
            additionalCertificates: null,
            offline: true
        );
    }

    /// <summary>The node's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority's certificate: whom it signed is trusted, and nobody else.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The cluster, as the certificate names it.</summary>
    public string Cluster { get; }

    /// <summary>The node, as the certificate names it.</summary>
    public NodeId Node { get; }

    /// <inheritdoc/>
    public NodeIdentity Current => this;

    internal SslStreamCertificateContext Context { get; }
}
