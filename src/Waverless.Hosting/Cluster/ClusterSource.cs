using Microsoft.Extensions.Configuration;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Files;
using Waverless.Hosting.Joining;

namespace Waverless.Hosting.Cluster;

/// <summary>Which nodes a cluster has, and which of them a host is, by its options.</summary>
/// <param name="File">The nodes.</param>
/// <param name="Self">The host's own.</param>
/// <param name="Folder">Where relative paths start.</param>
internal sealed record ClusterSource(ClusterFile File, ClusterNode Self, string Folder)
{
    /// <summary>How the host joins, or has joined; null: the others know it.</summary>
    public JoinSettings? Join { get; init; }

    /// <summary>Whether it is still to join: it knows nobody yet.</summary>
    public bool IsStranger { get; init; }

    /// <summary>Reads what the options name; null: the node is by itself.</summary>
    /// <exception cref="ClusterSetupException">They name no node of a cluster.</exception>
    public static ClusterSource? Read(WaverlessOptions options, string contentRoot)
    {
        if (options.Join is { } join)
        {
            return ReadJoin(options, join, contentRoot);
        }

        if (options.ClusterFile is { } path)
        {
            if (options.Nodes is { } nodes)
            {
                throw new ClusterSetupException(
                    $"'Waverless:ClusterFile' is '{path}', and '{nodes.Path}' names nodes as well; "
                        + "expected one of the two."
                );
            }

            var full = Path.GetFullPath(path, contentRoot);
            var file = ReadFile(full);
            return new(file, Find(file, options.NodeId, full), Path.GetDirectoryName(full)!);
        }

        if (options.Nodes is { } section)
        {
            var configured = ConfiguredNodes.Read(section);
            return new(configured, Find(configured, options.NodeId, section.Path), contentRoot);
        }

        return null;
    }

    private static ClusterSource ReadJoin(
        WaverlessOptions options,
        IConfigurationSection section,
        string contentRoot
    )
    {
        var other = options.ClusterFile is not null ? "ClusterFile" : "Nodes";
        if (options.ClusterFile is not null || options.Nodes is not null)
        {
            throw new ClusterSetupException(
                $"'{section.Path}' is set, and 'Waverless:{other}' names nodes as well; expected "
                    + "one of the two."
            );
        }

        var settings = JoinSettings.Read(section);
        var folder = Path.GetFullPath(options.CertificateFolder, contentRoot);
        var kept = new JoinedFolder(folder).Find();
        var id = kept is null ? settings.Token?.Node : ClusterCertificates.NodeOf(folder);
        if (id is null)
        {
            throw new ClusterSetupException(
                $"'{section.Path}:Token' is not set, and the host has not joined: {folder} has no "
                    + "certificate; expected the token that the cluster gave."
            );
        }

        if (settings.Token is { } token && token.Node != id)
        {
            throw new ClusterSetupException(
                $"'{section.Path}:Token' is for node {token.Node}, but the host has joined as node "
                    + $"{id}; expected its own token or none, or an empty {folder}."
            );
        }

        if (options.NodeId is { } set && set != id.Value.Value)
        {
            throw new ClusterSetupException(
                $"'Waverless:NodeId' is {set}, but the host joins as node {id}; expected that or "
                    + "nothing."
            );
        }

        var self = settings.NodeOf(id.Value);
        var nodes = (kept ?? []).Where(node => node.Id != id);
        return new(new ClusterFile([.. nodes, self]), self, contentRoot)
        {
            Join = settings,
            IsStranger = kept is null,
        };
    }

    private static ClusterFile ReadFile(string path)
    {
        try
        {
            return ClusterFileReader.Read(System.IO.File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClusterSetupException($"The cluster file cannot be read: {e.Message}", e);
        }
        catch (ManifestException e)
        {
            throw new ClusterSetupException(e.Message, e);
        }
    }

    private static ClusterNode Find(ClusterFile file, uint? nodeId, string place)
    {
        var known = string.Join(", ", file.Nodes.Select(node => node.Id));
        if (nodeId is not { } id)
        {
            throw new ClusterSetupException(
                $"'Waverless:NodeId' is not set; expected one of the nodes of {place}: {known}."
            );
        }

        return file.Find(new NodeId(id))
            ?? throw new ClusterSetupException(
                $"'Waverless:NodeId' is {id}; expected one of the nodes of {place}: {known}."
            );
    }
}
