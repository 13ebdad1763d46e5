namespace Waverless.Cluster.Membership;

/// <summary>
/// What is claimed of a life of a node. Of two claims about one incarnation the later in this list
/// holds. Part of the wire format.
/// </summary>
internal enum MemberHealth
{
    Alive = 0,
    Suspect = 1,
    Out = 2,

    /// <summary>Only the node itself says so.</summary>
    Left = 3,
}
