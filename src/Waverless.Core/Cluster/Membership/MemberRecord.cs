namespace Waverless.Cluster.Membership;

/// <summary>
/// A claim about a node. Claims about one node are totally ordered by (boot, incarnation, health):
/// whoever has heard the same claims, in whatever order and how often, holds the same one.
/// </summary>
/// <param name="Boot">Which life of the node: a later one has a higher number.</param>
/// <param name="Incarnation">
/// Raised by the node alone, whenever it objects to a claim or changes its profile.
/// </param>
/// <param name="Health">What is claimed.</param>
/// <param name="Profile">What the node has told about itself.</param>
/// <param name="By">Who claims; decides nothing but how soon a suspicion ends.</param>
internal sealed record MemberRecord(
    ulong Boot,
    ulong Incarnation,
    MemberHealth Health,
    MemberProfile Profile,
    NodeId By
)
{
    public NodeId Id => Profile.Address.Id;

    public MemberState State =>
        Health switch
        {
            MemberHealth.Suspect => MemberState.Suspect,
            MemberHealth.Out => MemberState.Out,
            MemberHealth.Left => MemberState.Left,
            _ => Profile.IsLeaving ? MemberState.Leaving : MemberState.Alive,
        };

    /// <summary>Whether it may answer.</summary>
    public bool IsPresent => Health is MemberHealth.Alive or MemberHealth.Suspect;

    /// <summary>This claim, if the node is to be told of it when it is spoken to.</summary>
    public MemberRecord? IfAccused => Health == MemberHealth.Alive ? null : this;

    /// <summary>Whether it is about the same life, and as late in it.</summary>
    public bool IsSameMoment(MemberRecord other) =>
        Boot == other.Boot && Incarnation == other.Incarnation;

    /// <summary>Whether it holds against another claim about the same node.</summary>
    public bool Overrides(MemberRecord other) =>
        (Boot, Incarnation, Health).CompareTo((other.Boot, other.Incarnation, other.Health)) > 0;

    /// <summary>The claim that holds of two about the same node.</summary>
    public static MemberRecord Merge(MemberRecord one, MemberRecord other) =>
        other.Overrides(one) ? other : one;
}
