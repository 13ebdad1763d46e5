using Google.Protobuf;
using Waverless.Messaging.Wire;
using PlacementMap = Waverless.Cluster.Placement.PlacementMap;

namespace Waverless.Cluster.Moves;

/// <summary>Maps and nodes as bytes, in the metadata and on disk.</summary>
internal static class MapCodec
{
    public static byte[] Encode(PlacementMap map) => map.ToWire().ToByteArray();

    /// <summary>A map; null: the bytes are none.</summary>
    public static PlacementMap? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return PlacementMap.FromWire(Messaging.Wire.PlacementMap.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>A node; null: the bytes are none.</summary>
    public static MemberEntry? Member(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return MemberEntry.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    public static MemberEntry Entry(ClusterNode node, MemberEntry.Types.State state)
    {
        var entry = new MemberEntry
        {
            Node = node.Id.Value,
            Host = node.Address.Host,
            Port = (uint)node.Address.Port,
            Roles = (uint)node.Roles,
            Weight = node.Weight,
            HttpAddress = node.HttpAddress ?? "",
            State = state,
        };
        entry.Tags.AddRange(node.Tags);
        return entry;
    }

    public static ClusterNode Node(MemberEntry entry) =>
        new(
            new Messaging.NodeAddress(new NodeId(entry.Node), entry.Host, (int)entry.Port),
            (NodeRoles)entry.Roles
        )
        {
            Weight = entry.Weight,
            Tags = [.. entry.Tags],
            HttpAddress = entry.HttpAddress.Length == 0 ? null : entry.HttpAddress,
        };
}
