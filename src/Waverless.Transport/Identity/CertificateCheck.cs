using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Waverless.Transport.Identity;

/// <summary>Whether a certificate is that of a node of this cluster, and of which.</summary>
internal static class CertificateCheck
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>The node that a certificate names; null and a sentence if it is not trusted.</summary>
    public static NodeUri? Accept(
        X509Certificate? certificate,
        NodeIdentity identity,
        bool isServer,
        DateTimeOffset now,
        out string why
    )
    {
        if (certificate is null)
        {
            why = "it showed no certificate";
            return null;
        }

        if (certificate is not X509Certificate2 full)
        {
            why = "its certificate cannot be read";
            return null;
        }

        if (CertificateNames.NodeOf(full) is not { } name)
        {
            why = $"its certificate ({full.Subject}) names no node";
            return null;
        }

        if (name.Cluster != identity.Cluster)
        {
            why = $"it is of the cluster '{name.Cluster}', expected '{identity.Cluster}'";
            return null;
        }

        why = Chain(full, identity, isServer, now);
        return why.Length == 0 ? name : null;
    }

    private static string Chain(
        X509Certificate2 certificate,
        NodeIdentity identity,
        bool isServer,
        DateTimeOffset now
    )
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(identity.Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(isServer ? ServerUse : ClientUse));
        if (chain.Build(certificate))
        {
            return string.Empty;
        }

        var reasons = string.Join(", ", chain.ChainStatus.Select(status => status.Status));
        return $"its certificate is not valid here: {reasons}, "
            + $"from {certificate.NotBefore:u} to {certificate.NotAfter:u}";
    }
}
