namespace Waverless.Cluster.Membership;

/// <summary>A node as another one sees it. Immutable.</summary>
/// <param name="State">What it is taken for.</param>
/// <param name="Boot">Which of its lives; a restart has a higher number.</param>
/// <param name="Incarnation">How often this life has objected or changed its profile.</param>
/// <param name="Profile">What it has told about itself.</param>
/// <param name="Since">When it got this state, on the clock of the node that sees it.</param>
internal sealed record Member(
    MemberState State,
    ulong Boot,
    ulong Incarnation,
    MemberProfile Profile,
    DateTimeOffset Since
)
{
    public NodeId Id => Profile.Address.Id;

    /// <summary>Whether messages to it may be answered.</summary>
    public bool IsPresent =>
        State is MemberState.Alive or MemberState.Leaving or MemberState.Suspect;

    /// <summary>Whether it can be given new work.</summary>
    public bool TakesWork => State is MemberState.Alive;
}
