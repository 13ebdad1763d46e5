using System.Collections.Immutable;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Cluster.Calls;

/// <summary>Where a call goes next that a node has not answered: to one not tried yet.</summary>
internal sealed class CallRetry(NodePicker picker, DeployedFunction function, CallRoute route)
{
    private ImmutableArray<NodeId> _tried = [];

    public CallRoute Route => route;

    /// <summary>The next place.</summary>
    /// <param name="failed">The node that did not answer.</param>
    /// <param name="again">Where it would go if it came now for the first time.</param>
    public CallPlace After(NodeId failed, CallPlace again)
    {
        _tried = _tried.Contains(failed) ? _tried : _tried.Add(failed);
        if (again.Node is not { } node || !_tried.Contains(node))
        {
            return again;
        }

        // Its home is the only place, and may come back.
        if (!function.IsStateless || route.IsOnce)
        {
            return again;
        }

        var others = picker.Allowed(function) is { IsAny: true } choice
            ? choice.Cluster.Nodes.RemoveAll(other => _tried.Contains(other.Id))
            : [];
        if (others.IsEmpty)
        {
            _tried = [];
            return again;
        }

        var rest = new ClusterSnapshot(0, others);
        var home = AttemptFactory.HomeOf(function, route.PartitionKey);
        node = picker.Pick(function, route.Trigger, home, route.PartitionKey, rest);
        return node == picker.Self ? CallPlace.Here : CallPlace.On(node);
    }
}
