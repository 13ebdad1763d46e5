using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Waverless.Cluster;
using Waverless.Transport.Identity;

namespace Waverless.Hosting.Cluster;

/// <summary>
/// The certificates of a node: its own and the authority's, or the authority with its key, from
/// which it makes its own.
/// </summary>
internal sealed class ClusterCertificates(string folder, string cluster, TimeProvider time)
{
    private string NodeFile => Path.Combine(folder, "node.pem");

    private string AuthorityFile => Path.Combine(folder, "authority.crt");

    /// <summary>Where the authority is, with its key.</summary>
    public string AuthorityWithKeyFile => Path.Combine(folder, "authority.pem");

    /// <summary>The node that a folder's certificate is of.</summary>
    /// <exception cref="ClusterSetupException">It has none that can be used.</exception>
    public static NodeId NodeOf(string folder) =>
        new ClusterCertificates(folder, "", TimeProvider.System).Open(default, false).Node;

    /// <summary>The authority with its key; null: it is elsewhere.</summary>
    /// <exception cref="ClusterSetupException">It cannot be used.</exception>
    public ClusterAuthority? FindAuthority()
    {
        try
        {
            return File.Exists(AuthorityWithKeyFile)
                ? ClusterAuthority.FromPem(File.ReadAllText(AuthorityWithKeyFile), time)
                : null;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw new ClusterSetupException(
                $"{AuthorityWithKeyFile} cannot be used: {e.Message}",
                e
            );
        }
    }

    /// <summary>The identity of a node.</summary>
    /// <param name="node">Which.</param>
    /// <param name="mayMakeAuthority">Whether all nodes are one developer's.</param>
    /// <exception cref="ClusterSetupException">There is none, or it cannot be used.</exception>
    public NodeIdentity Open(NodeId node, bool mayMakeAuthority)
    {
        try
        {
            if (File.Exists(NodeFile))
            {
                return Load();
            }

            if (!mayMakeAuthority && !File.Exists(AuthorityWithKeyFile))
            {
                throw new ClusterSetupException(
                    $"There is no certificate in {folder}; expected {NodeFile} with the node's "
                        + $"certificate and key, and {AuthorityFile} with the authority's."
                );
            }

            using var authority = OpenAuthority();
            return authority.Issue(cluster, node);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw new ClusterSetupException(
                $"The certificates in {folder} cannot be used: {e.Message}",
                e
            );
        }
    }

    [SuppressMessage(
        "Usage",
        "VSTHRD002:Avoid problematic synchronous waits",
        Justification = "Once, while the host is put together, where nothing can be awaited."
    )]
    private ClusterAuthority OpenAuthority() =>
        DevelopmentCluster.OpenAsync(folder, cluster, time).GetAwaiter().GetResult();

    private NodeIdentity Load()
    {
        var pem = File.ReadAllText(NodeFile);
        using var pair = X509Certificate2.CreateFromPem(pem, pem);

        // TLS on some platforms takes a key only from such a store.
        var usable = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        return new NodeIdentity(
            usable,
            X509CertificateLoader.LoadCertificateFromFile(AuthorityFile)
        );
    }
}
