using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Files;
using Waverless.Hosting.Cluster;
using Waverless.Transport.Joining;

namespace Waverless.Hosting.Joining;

/// <summary>
/// What a node that has joined keeps for its next start: its certificate and key, that of the
/// authority, and the nodes that it knows. Only its owner can read it.
/// </summary>
internal sealed class JoinedFolder(string folder)
{
    private string NodesFile => Path.Combine(folder, "nodes.yaml");

    /// <summary>The nodes that were known last; null: the host has not joined.</summary>
    /// <exception cref="ClusterSetupException">What is kept cannot be read.</exception>
    public ImmutableArray<ClusterNode>? Find()
    {
        try
        {
            return File.Exists(NodesFile)
                ? ClusterFileReader
                    .Read(File.ReadAllBytes(NodesFile), NodesFile, isWhole: false)
                    .Nodes
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterSetupException($"{NodesFile} cannot be read: {e.Message}", e);
        }
        catch (ManifestException e)
        {
            throw new ClusterSetupException(e.Message, e);
        }
    }

    /// <summary>Keeps what joining gave; the nodes last, by which it counts.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Save(JoinedCluster joined)
    {
        MakeFolder();
        var identity = joined.Identity;
        using var key = identity.Certificate.GetECDsaPrivateKey()!;
        var certificate = identity.Certificate.ExportCertificatePem();
        Write("node.pem", $"{certificate}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        Write("authority.crt", identity.Authority.ExportCertificatePem() + "\n");
        Save(
            joined.Nodes.Select(node => new ClusterNode(node.Address, node.Roles)
            {
                Weight = node.Weight,
            })
        );
    }

    /// <summary>Keeps the nodes that are known now.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Save(IEnumerable<ClusterNode> nodes)
    {
        var text = new StringBuilder("# Written by Waverless.\nnodes:\n");
        foreach (var node in nodes.OrderBy(node => node.Id.Value))
        {
            var host = node.Address.Host;
            host = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
            text.Append(
                CultureInfo.InvariantCulture,
                $"  {node.Id}: {{addr: \"{host}:{node.Address.Port}\", "
                    + $"spec: [{SpecOf(node.Roles)}], weight: {node.Weight:0.######}}}\n"
            );
        }

        Write(Path.GetFileName(NodesFile), text.ToString());
    }

    private static string SpecOf(NodeRoles roles) =>
        string.Join(
            ", ",
            new[] { NodeRoles.Meta, NodeRoles.Master, NodeRoles.Worker }
                .Where(role => roles.HasFlag(role))
                .Select(role => role.ToString().ToLowerInvariant())
        );

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            const UnixFileMode Owner =
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(folder, Owner);
        }
    }

    /// <summary>The file is there whole or not at all.</summary>
    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(path + ".new", how))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
