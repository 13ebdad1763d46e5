using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Waverless.Apps;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Scheduling;
using Waverless.Scheduling.Warming;

namespace Waverless.Cluster.Loads;

/// <summary>
/// Finds the node that a chain is about to reach, asks it to warm the app, and serves the others'
/// asking. A wish that is lost costs a cold start.
/// </summary>
internal sealed class WarmRequests(
    ChainWarmer chains,
    PeerClient peers,
    PartitionHomes homes,
    IScheduler scheduler,
    Func<ClusterSnapshot> cluster
)
{
    public void Serve(PeerRequests requests)
    {
        chains.Place = PlaceOf;
        chains.Ask = (node, app) =>
            peers.Post(node, ClusterMessages.Warm, new StringValue { Value = app });
        requests.OnPost(ClusterMessages.Warm, Asked);
    }

    private ValueTask Asked(NodeId from, TransportMessage message)
    {
        try
        {
            chains.Asks(StringValue.Parser.ParseFrom(message.Body).Value);
        }
        catch (InvalidProtocolBufferException)
        {
            // Malformed, or of another version: a wish that cannot be read is none.
        }

        return default;
    }

    /// <summary>
    /// The home of what has one; for others the node that has it warm, else where the scheduler
    /// would start it.
    /// </summary>
    private NodeId? PlaceOf(DeployedApp app)
    {
        var home = new PartitionId(app.Manifest.Name, 0);
        var node = app.Functions.Values.Any(function => !function.IsStateless)
            ? homes.HomeOf(home)
            : WarmOrPicked(app, home);
        return node == homes.Self ? null : node;
    }

    private NodeId WarmOrPicked(DeployedApp app, PartitionId home)
    {
        var view = cluster();
        foreach (var node in view.Nodes)
        {
            if (node.Warm?.InstancesOf(app.Manifest.Name) > 0)
            {
                return node.Id;
            }
        }

        var function = app.Functions.Values.First();
        var asked = new SchedulingRequest(function.Address, TriggerKind.Rpc, home, null, homes.Self)
        {
            Character = function.Character,
        };
        return scheduler.Pick(asked, view) ?? homes.Self;
    }
}
