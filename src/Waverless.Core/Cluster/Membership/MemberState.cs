namespace Waverless.Cluster.Membership;

/// <summary>What a node is taken for.</summary>
internal enum MemberState
{
    /// <summary>It answers.</summary>
    Alive = 0,

    /// <summary>It answers, and takes no new work: it is about to go.</summary>
    Leaving = 1,

    /// <summary>It does not answer; it has some seconds to object.</summary>
    Suspect = 2,

    /// <summary>It has not answered for so long that it is counted out. It may come back.</summary>
    Out = 3,

    /// <summary>It has said goodbye. Its next life may come.</summary>
    Left = 4,
}
