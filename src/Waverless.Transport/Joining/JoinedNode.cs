using System.Collections.Immutable;
using Waverless.Cluster;
using Waverless.Messaging;
using Wire = Waverless.Transport.Protocol.Protos;

namespace Waverless.Transport.Joining;

/// <summary>A node of the cluster, as whoever joins is told of it.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Roles">What it is there for.</param>
/// <param name="Weight">Its capacity relative to others.</param>
public sealed record JoinedNode(NodeAddress Address, NodeRoles Roles, double Weight)
{
    /// <summary>How many are told of; they know the others.</summary>
    public const int CountMax = 64;

    internal Wire.JoinPeer ToWire() =>
        new()
        {
            Node = Address.Id.Value,
            Host = Address.Host,
            Port = (uint)Address.Port,
            Roles = (uint)Roles,
            Weight = Weight,
        };

    internal static ImmutableArray<JoinedNode> FromWire(IEnumerable<Wire.JoinPeer> nodes) =>
        [
            .. nodes
                .Take(CountMax)
                .Where(node => node is { Node: > 0, Host.Length: > 0, Port: > 0 and < 65_536 })
                .Select(node => new JoinedNode(
                    new NodeAddress(new NodeId(node.Node), node.Host, (int)node.Port),
                    (NodeRoles)node.Roles,
                    node.Weight
                )),
        ];
}
