using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Two lives of one node id, and which of them stays.</summary>
public sealed class LifeConflictTests
{
    private readonly ProtocolHarness _one = new();

    [Fact]
    public void A_ping_for_a_later_life_at_our_address_is_outbid()
    {
        _one.Arrive(2, ClusterMessages.Ping, message => message with { Boot = 500, Sequence = 1 });
        Assert.Equal(501ul, _one.Protocol.Self.Boot);
        var ack = Assert.Single(_one.Sent(), item => item.Kind == ClusterMessages.Ack);
        Assert.Equal(501ul, ack.Message.Boot);
    }

    [Fact]
    public void News_of_a_later_life_at_our_address_are_outbid()
    {
        _one.Hear(ProtocolHarness.Record(1, boot: 500, incarnation: 3));
        Assert.Equal((501ul, 0ul), (_one.Protocol.Self.Boot, _one.Protocol.Self.Incarnation));
        Assert.False(_one.Protocol.IsReplaced);
    }

    [Fact]
    public void A_later_life_elsewhere_that_is_over_is_outbid()
    {
        _one.Hear(Elsewhere(boot: 500, MemberHealth.Out));
        Assert.Equal(501ul, _one.Protocol.Self.Boot);
    }

    [Fact]
    public void A_later_life_elsewhere_that_lives_replaces_this_one()
    {
        _one.Hear(Elsewhere(boot: 500, MemberHealth.Alive));
        Assert.True(_one.Protocol.IsReplaced);
        Assert.Equal("elsewhere", Assert.Single(_one.ReplacedBy).Profile.Address.Host);
        _one.Sent();
        _one.Arrive(2, ClusterMessages.Ping, message => message);
        _one.Pass(10);
        Assert.Empty(_one.Sent());
    }

    [Fact]
    public void An_earlier_life_elsewhere_yields_to_this_one()
    {
        _one.Hear(Elsewhere(boot: 99, MemberHealth.Alive));
        _one.Arrive(Elsewhere(boot: 99, MemberHealth.Alive), ClusterMessages.Ping);
        Assert.False(_one.Protocol.IsReplaced);
        Assert.Equal(ProtocolHarness.Boot, _one.Protocol.Self.Boot);
    }

    [Fact]
    public void A_load_moves_on_with_the_life()
    {
        _one.Protocol.Report(new byte[] { 1 });
        _one.Hear(ProtocolHarness.Record(1, boot: 500));
        Assert.Equal(501ul, _one.Protocol.Load!.Boot);
        _one.Protocol.Report(new byte[] { 2 });
        Assert.Equal((501ul, 2ul), (_one.Protocol.Load.Boot, _one.Protocol.Load.Counter));
    }

    private static MemberRecord Elsewhere(ulong boot, MemberHealth health)
    {
        var record = ProtocolHarness.Record(1, boot, health: health);
        var address = new NodeAddress(record.Id, "elsewhere", 2500);
        return record with { Profile = record.Profile with { Address = address } };
    }
}
