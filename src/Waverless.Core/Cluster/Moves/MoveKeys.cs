namespace Waverless.Cluster.Moves;

/// <summary>Keys of the cluster's metadata that moves go by.</summary>
internal static class MoveKeys
{
    /// <summary>Where each shard is at home.</summary>
    public const string Map = "map";

    public const string MemberPrefix = "member/";

    /// <summary>A node of the cluster, and whether it is in service.</summary>
    public static string MemberOf(NodeId node) => MemberPrefix + node;

    /// <summary>
    /// Written by a node when it begins to follow the map, and before it throws away what may be
    /// about to become its own: a move goes by that it was not written meanwhile.
    /// </summary>
    public static string GreetingOf(NodeId node) => "greeting/" + node;
}
