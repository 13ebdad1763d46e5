using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Cluster.Membership;

namespace Waverless.Hosting.Joining;

/// <summary>
/// Keeps up to date what a node that has joined knows of the others, so that it finds them again
/// when those that it joined are gone.
/// </summary>
internal sealed class KeptNodes(ClusterMember cluster, JoinedFolder folder, ILogger logger)
{
    private readonly Lock _lock = new();
    private string _kept = "";

    /// <summary>Begins; ends with the membership.</summary>
    public void Follow() => cluster.Members.Changed += Keep;

    private void Keep(MembershipView _)
    {
        lock (_lock)
        {
            KeepNewest();
        }
    }

    /// <summary>Whichever view it was called for.</summary>
    private void KeepNewest()
    {
        var nodes = cluster.Known().Where(node => node.Id != cluster.Self).ToList();
        var text = string.Join(' ', nodes.Select(node => $"{node.Address} {node.Roles}"));
        if (text == _kept || nodes.Count == 0)
        {
            return;
        }

        try
        {
            folder.Save(nodes);
            _kept = text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NodesNotKept(logger, e.Message);
        }
    }
}
