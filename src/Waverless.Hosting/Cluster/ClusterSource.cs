using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Files;

namespace Waverless.Hosting.Cluster;

/// <summary>Which nodes a cluster has, and which of them a host is, by its options.</summary>
/// <param name="File">The nodes.</param>
/// <param name="Self">The host's own.</param>
/// <param name="Folder">Where relative paths start.</param>
internal sealed record ClusterSource(ClusterFile File, ClusterNode Self, string Folder)
{
    /// <summary>Reads what the options name; null: the node is by itself.</summary>
    /// <exception cref="ClusterSetupException">They name no node of a cluster.</exception>
    public static ClusterSource? Read(WaverlessOptions options, string contentRoot)
    {
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
