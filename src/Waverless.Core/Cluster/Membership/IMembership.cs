namespace Waverless.Cluster.Membership;

/// <summary>Who is in the cluster, as this node sees it. Thread-safe.</summary>
internal interface IMembership
{
    /// <summary>This node.</summary>
    Member Local { get; }

    /// <summary>The newest view; reading it costs nothing.</summary>
    MembershipView Current { get; }

    /// <summary>
    /// Another process of this node's id has taken its place: this one takes part no more, and
    /// should end.
    /// </summary>
    bool IsReplaced { get; }

    /// <summary>
    /// Hears of each change, in order, on the node's scheduler. Views between two that follow
    /// each other quickly may be left out.
    /// </summary>
    event Action<MembershipView>? Changed;

    /// <summary>Waits for a view that is newer than an epoch.</summary>
    Task<MembershipView> NextAsync(ulong after, CancellationToken ct);

    /// <summary>Tells the others of this node's load, soon.</summary>
    /// <exception cref="ArgumentException">It is larger than the bound.</exception>
    void Report(ReadOnlyMemory<byte> load);

    /// <summary>The newest load that was heard of a node's present life; null: none.</summary>
    LoadReport? LoadOf(NodeId node);

    /// <summary>
    /// Says that this node is about to leave: it takes no new work, and is a member still.
    /// </summary>
    void BeginLeave();

    /// <summary>Says goodbye; ends when others have heard it, or have not for a second.</summary>
    Task LeaveAsync(CancellationToken ct);
}
