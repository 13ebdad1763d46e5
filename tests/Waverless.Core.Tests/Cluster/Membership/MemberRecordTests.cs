using CsCheck;

namespace Waverless.Cluster.Membership;

/// <summary>Claims are a semilattice: order and repetition of what is heard decide nothing.</summary>
public sealed class MemberRecordTests
{
    private static readonly Gen<MemberRecord> Claim = RecordGen.Claim.Select(record =>
        record with
        {
            Profile = ProtocolHarness.Record(2).Profile,
        }
    );

    [Fact]
    public void Merging_is_commutative() =>
        Gen.Select(Claim, Claim)
            .Sample((a, b) => Same(MemberRecord.Merge(a, b), MemberRecord.Merge(b, a)));

    [Fact]
    public void Merging_is_associative() =>
        Gen.Select(Claim, Claim, Claim)
            .Sample(
                (a, b, c) =>
                    Same(
                        MemberRecord.Merge(MemberRecord.Merge(a, b), c),
                        MemberRecord.Merge(a, MemberRecord.Merge(b, c))
                    )
            );

    [Fact]
    public void Merging_is_idempotent() => Claim.Sample(a => Same(MemberRecord.Merge(a, a), a));

    [Theory]
    [InlineData(1, 0, 3, 2, 0, 0)]
    [InlineData(1, 0, 2, 1, 1, 0)]
    [InlineData(1, 0, 0, 1, 0, 1)]
    [InlineData(1, 0, 1, 1, 0, 2)]
    [InlineData(1, 0, 2, 1, 0, 3)]
    public void A_later_life_then_a_later_word_then_the_worse_claim_holds(
        ulong boot,
        ulong incarnation,
        int health,
        ulong laterBoot,
        ulong laterIncarnation,
        int laterHealth
    )
    {
        var earlier = ProtocolHarness.Record(2, boot, incarnation, (MemberHealth)health);
        var later = ProtocolHarness.Record(
            2,
            laterBoot,
            laterIncarnation,
            (MemberHealth)laterHealth
        );
        Assert.True(later.Overrides(earlier));
        Assert.False(earlier.Overrides(later));
    }

    [Fact]
    public void A_leaving_node_is_seen_so_until_it_is_suspected()
    {
        var leaving = ProtocolHarness.Record(2);
        leaving = leaving with { Profile = leaving.Profile with { IsLeaving = true } };
        Assert.Equal(MemberState.Leaving, leaving.State);
        Assert.Equal(MemberState.Suspect, (leaving with { Health = MemberHealth.Suspect }).State);
    }

    private static bool Same(MemberRecord one, MemberRecord other) =>
        (one.Boot, one.Incarnation, one.Health) == (other.Boot, other.Incarnation, other.Health);
}
