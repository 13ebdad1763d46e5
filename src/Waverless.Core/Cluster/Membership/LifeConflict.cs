namespace Waverless.Cluster.Membership;

/// <summary>What a node makes of the news of a later life of itself.</summary>
internal static class LifeConflict
{
    /// <summary>
    /// Whether the other life is certainly over, so that this one is the later in truth and takes
    /// a higher number. It is if it had our address, which only one process can listen on, or if
    /// it was counted out or has left. Else it is another process with our id, started later: the
    /// later one stays, and this one yields.
    /// </summary>
    public static bool IsOver(MemberRecord other, MemberRecord self) =>
        other.Profile.Address == self.Profile.Address || !other.IsPresent;
}
