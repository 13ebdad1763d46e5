namespace Waverless.Cluster.Membership;

/// <summary>What a node holds of another one.</summary>
internal sealed class MemberEntry(MemberRecord record, TimeSpan now)
{
    public NodeId Id { get; } = record.Id;

    public MemberRecord Record { get; set; } = record;

    /// <summary>When its state became what it is.</summary>
    public TimeSpan Since { get; set; } = now;

    /// <summary>There while it is suspected.</summary>
    public Suspicion? Suspicion { get; set; }

    /// <summary>The newest load that was heard, of whatever life.</summary>
    public LoadReport? Load { get; set; }

    /// <summary>When it may be tried again besides the probes.</summary>
    public TimeSpan TryAfter { get; set; }

    /// <summary>When a whole view may be exchanged with it again besides the regular ones.</summary>
    public TimeSpan ExchangeAfter { get; set; }

    public bool IsPresent => Record.IsPresent;

    public bool IsSuspect => Record.Health == MemberHealth.Suspect;
}
