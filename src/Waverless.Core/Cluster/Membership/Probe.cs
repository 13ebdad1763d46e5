namespace Waverless.Cluster.Membership;

/// <summary>A question to one life of a node that waits for its answer.</summary>
internal sealed class Probe(ulong sequence, MemberRecord target, TimeSpan sentAt)
{
    public ulong Sequence => sequence;

    public MemberRecord Target => target;

    public TimeSpan SentAt => sentAt;

    /// <summary>When others are asked.</summary>
    public required TimeSpan IndirectAt { get; init; }

    /// <summary>When it has failed.</summary>
    public required TimeSpan Deadline { get; init; }

    public bool IsIndirect { get; set; }

    /// <summary>How many others were asked, and have not said that they had no answer.</summary>
    public int MissingNacks { get; set; }

    public TimeSpan Due => IsIndirect ? Deadline : IndirectAt;
}
