namespace Waverless.Cluster.Membership;

/// <summary>What this node says of itself.</summary>
internal sealed class LocalLife(ulong boot, MemberProfile profile)
{
    public NodeId Id { get; } = profile.Address.Id;

    public MemberRecord Record { get; private set; } =
        new(boot, 0, MemberHealth.Alive, profile, profile.Address.Id);

    public LoadReport? Load { get; private set; }

    /// <summary>Another process with this id was started later; this one is silent.</summary>
    public bool IsReplaced { get; private set; }

    public bool HasLeft => Record.Health == MemberHealth.Left;

    /// <summary>Objects to a claim about this life.</summary>
    public void Object(MemberRecord claim) =>
        Record = Record with { Incarnation = claim.Incarnation + 1 };

    /// <summary>Takes a number above that of a life that is over.</summary>
    public void Outbid(ulong other)
    {
        Record = Record with { Boot = other + 1, Incarnation = 0 };
        Load = Load is null ? null : Load with { Boot = Record.Boot };
    }

    public void Yield() => IsReplaced = true;

    public void Change(MemberProfile next) =>
        Record = Record with { Incarnation = Record.Incarnation + 1, Profile = next };

    public void Leave() =>
        Record = Record with { Incarnation = Record.Incarnation + 1, Health = MemberHealth.Left };

    public LoadReport Report(ReadOnlyMemory<byte> body) =>
        Load = new LoadReport(Record.Boot, (Load?.Counter ?? 0) + 1, body.ToArray());
}
