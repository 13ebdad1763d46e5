using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Waverless.Cluster;

namespace Waverless.Transport.Identity;

/// <summary>
/// The authority of a cluster: whoever has a certificate of it is a node of the cluster.
/// Thread-safe.
/// </summary>
public sealed class ClusterAuthority : IDisposable
{
    /// <summary>Certificates are valid from so long ago, for nodes whose clocks are behind.</summary>
    public static readonly TimeSpan Backdating = TimeSpan.FromDays(1);

    /// <summary>The authority's own certificate is older than any that it signs.</summary>
    private static readonly TimeSpan OwnBackdating = 7 * Backdating;

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;

    private ClusterAuthority(X509Certificate2 certificate, TimeProvider time)
    {
        _certificate = certificate;
        _time = time;
        Certificate = X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a new authority, valid for ten years.</summary>
    /// <param name="cluster">The cluster's name: letters, digits, <c>-</c>, <c>.</c>.</param>
    /// <param name="time">The clock of validities; null: the system's.</param>
    /// <exception cref="ArgumentException">The name is not one.</exception>
    public static ClusterAuthority Create(string cluster, TimeProvider? time = null)
    {
        ClusterName.Check(cluster);
        time ??= TimeProvider.System;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            new X500DistinguishedName($"CN=waverless {cluster}"),
            key,
            HashAlgorithmName.SHA256
        );
        request.CertificateExtensions.Add(
            X509BasicConstraintsExtension.CreateForCertificateAuthority(0)
        );
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(
                X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
                critical: true
            )
        );
        request.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false)
        );
        var now = time.GetUtcNow();
        using var made = request.CreateSelfSigned(now - OwnBackdating, now.AddYears(10));
        return new ClusterAuthority(Reloaded(made), time);
    }

    /// <summary>An authority from its certificate and key, as <see cref="ExportPem"/> gave.</summary>
    /// <param name="pem">Both, in PEM.</param>
    /// <param name="time">The clock of validities; null: the system's.</param>
    /// <exception cref="CryptographicException">The text is not such a pair.</exception>
    public static ClusterAuthority FromPem(string pem, TimeProvider? time = null)
    {
        using var loaded = X509Certificate2.CreateFromPem(pem, pem);
        return new ClusterAuthority(Reloaded(loaded), time ?? TimeProvider.System);
    }

    /// <summary>Certificate and private key in PEM: whoever reads it can make nodes.</summary>
    public string ExportPem()
    {
        using var key = _certificate.GetECDsaPrivateKey()!;
        return $"{_certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Makes a certificate and a key for a node.</summary>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="node">The node.</param>
    /// <param name="validity">How long it is valid; null: one year.</param>
    public NodeIdentity Issue(string cluster, NodeId node, TimeSpan? validity = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Sign(cluster, node, new PublicKey(key), validity);
        using var pair = signed.CopyWithPrivateKey(key);
        return new NodeIdentity(Reloaded(pair), Certificate);
    }

    /// <summary>Signs a node's key.</summary>
    internal X509Certificate2 Sign(
        string cluster,
        NodeId node,
        PublicKey key,
        TimeSpan? validity = null
    )
    {
        ClusterName.Check(cluster);
        ArgumentOutOfRangeException.ThrowIfZero(node.Value);
        var request = new CertificateRequest(
            new X500DistinguishedName($"CN=waverless {cluster} node {node}"),
            key,
            HashAlgorithmName.SHA256
        );
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new NodeUri(cluster, node).ToUri());
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(false, false, 0, critical: true)
        );
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
        );
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension(
                [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")],
                critical: false
            )
        );
        var now = _time.GetUtcNow();
        var until = now + (validity ?? TimeSpan.FromDays(365));
        var from = now - Backdating < until ? now - Backdating : until - Backdating;
        return request.Create(
            _certificate,
            from < _certificate.NotBefore ? _certificate.NotBefore : from,
            until < _certificate.NotAfter ? until : _certificate.NotAfter,
            RandomNumberGenerator.GetBytes(16)
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    /// <summary>With the key in the form that TLS takes on every platform.</summary>
    private static X509Certificate2 Reloaded(X509Certificate2 made) =>
        X509CertificateLoader.LoadPkcs12(
            made.Export(X509ContentType.Pkcs12),
            password: null,
            X509KeyStorageFlags.Exportable
        );
}
