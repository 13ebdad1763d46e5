using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>Each transition of the protocol, by itself.</summary>
public sealed class MembershipProtocolTests
{
    private readonly ProtocolHarness _one = new();

    [Fact]
    public void A_new_node_asks_its_seeds_who_is_there()
    {
        var one = new ProtocolHarness(null, 1, 2, 3);
        var sent = one.Sent();
        Assert.Equal([2u, 3u], sent.Select(item => item.To.Id.Value).Order());
        Assert.All(sent, item => Assert.Equal(ClusterMessages.Exchange, item.Kind));
        one.Arrive(
            2,
            ClusterMessages.ExchangeReply,
            message => message with { News = [ProtocolHarness.Record(4)] }
        );
        Assert.Equal(MemberState.Alive, one.StateOf(2));
        Assert.Equal(MemberState.Alive, one.StateOf(4));
    }

    [Fact]
    public void Who_is_heard_of_first_gets_the_whole_view()
    {
        _one.Hear(ProtocolHarness.Record(3));
        _one.Sent();
        _one.Arrive(4, ClusterMessages.Ping, message => message with { Sequence = 9 });
        var sent = _one.Sent();
        var ack = Assert.Single(sent, item => item.Kind == ClusterMessages.Ack);
        Assert.Equal((9ul, ProtocolHarness.Boot), (ack.Message.Sequence, ack.Message.Boot));
        var view = Assert.Single(sent, item => item.Kind == ClusterMessages.Exchange);
        Assert.Contains(view.Message.News, record => record.Id == new NodeId(3));
    }

    [Fact]
    public void A_silent_node_is_asked_for_by_others_then_suspected_then_counted_out()
    {
        _one.Hear(ProtocolHarness.Record(3), ProtocolHarness.Record(4));
        _one.Sent();
        _one.Pass(1.2, 2, 4);
        var request = _one.Sent().First(item => item.Kind != ClusterMessages.Gossip);
        Assert.Equal(MemberState.Suspect, _one.StateOf(3));
        Assert.Equal(new NodeId(3), request.To.Id);
        _one.Pass(3, 2, 4);
        Assert.Equal(MemberState.Out, _one.StateOf(3));
        Assert.Equal(MemberState.Alive, _one.StateOf(2));
        Assert.Equal(
            ["3: - -> Alive", "3: Alive -> Suspect", "3: Suspect -> Out"],
            _one.Changes.Where(change => change.StartsWith("3:", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void An_answer_by_way_of_another_node_is_one()
    {
        _one.Hear(ProtocolHarness.Record(3));
        for (var i = 0; i < 40; i++)
        {
            _one.Pass(0.1, 2);
            foreach (var (_, kind, message) in _one.Sent())
            {
                if (kind == ClusterMessages.Ping && message.Boot == ProtocolHarness.Boot)
                {
                    // Node 2 has reached node 3, which does not hear us.
                    _one.Arrive(
                        2,
                        ClusterMessages.Ack,
                        ack =>
                            ack with
                            {
                                Sequence = message.Sequence,
                                Boot = ProtocolHarness.Boot,
                                Subject = ProtocolHarness.Address(3),
                            }
                    );
                }
            }
        }

        Assert.Equal(MemberState.Alive, _one.StateOf(3));
        Assert.Contains(new NodeId(3), _one.Probes);
    }

    [Fact]
    public void A_ping_for_another_node_is_passed_on_and_its_answer_back()
    {
        _one.Hear(ProtocolHarness.Record(3));
        _one.Sent();
        RequestPing();
        var ping = Assert.Single(_one.Sent(), item => item.Kind == ClusterMessages.Ping);
        Assert.Equal(new NodeId(3), ping.To.Id);
        _one.Answer(ProtocolHarness.Record(3), ping.Message);
        var ack = Assert.Single(_one.Sent(), item => item.Kind == ClusterMessages.Ack);
        Assert.Equal(new NodeId(2), ack.To.Id);
        Assert.Equal((77ul, new NodeId(3)), (ack.Message.Sequence, ack.Message.Subject!.Id));
    }

    [Fact]
    public void A_ping_for_another_node_without_answer_is_said_so()
    {
        _one.Hear(ProtocolHarness.Record(3));
        RequestPing();
        _one.Pass(0.5);
        var nack = Assert.Single(_one.Sent(), item => item.Kind == ClusterMessages.Nack);
        Assert.Equal((2u, 77ul), (nack.To.Id.Value, nack.Message.Sequence));
    }

    [Fact]
    public void A_suspicion_that_is_refuted_ends()
    {
        _one.Hear(ProtocolHarness.Record(3), ProtocolHarness.Record(4));
        _one.Hear(ProtocolHarness.Record(3, health: MemberHealth.Suspect, by: 4));
        Assert.Equal(MemberState.Suspect, _one.StateOf(3));
        _one.Hear(ProtocolHarness.Record(3, incarnation: 1));
        Assert.Equal(MemberState.Alive, _one.StateOf(3));
        Assert.Equal(1, _one.Refutations);
    }

    [Fact]
    public void The_accused_is_told_and_objects()
    {
        _one.Hear(ProtocolHarness.Record(3));
        _one.Hear(ProtocolHarness.Record(1, health: MemberHealth.Suspect, by: 3));
        Assert.Equal(1ul, _one.Protocol.Self.Incarnation);
        Assert.Equal(new NodeId(3), Assert.Single(_one.Objections).By);
        Assert.Equal(1, _one.Protocol.HealthScore);

        _one.Hear(ProtocolHarness.Record(3, health: MemberHealth.Suspect, by: 2));
        _one.Sent();
        _one.Arrive(3, ClusterMessages.Ping, message => message with { Sequence = 1 });
        var ack = Assert.Single(_one.Sent(), item => item.Kind == ClusterMessages.Ack);
        Assert.Equal(MemberHealth.Suspect, ack.Message.News[0].Health);
        Assert.Equal(new NodeId(3), ack.Message.News[0].Id);
    }

    [Fact]
    public void Who_is_out_accuses_nobody_but_is_told_and_may_accuse_this_node()
    {
        _one.Hear(ProtocolHarness.Record(3), ProtocolHarness.Record(4));
        _one.Hear(ProtocolHarness.Record(3, health: MemberHealth.Out));
        _one.Pass(2, 2, 4);
        _one.Sent();
        _one.Arrive(
            3,
            ClusterMessages.Gossip,
            message =>
                message with
                {
                    News =
                    [
                        ProtocolHarness.Record(4, health: MemberHealth.Out, by: 3),
                        ProtocolHarness.Record(1, health: MemberHealth.Out, by: 3),
                    ],
                }
        );
        Assert.Equal(MemberState.Alive, _one.StateOf(4));
        Assert.Single(_one.Objections);
        Assert.Equal(MemberState.Out, _one.StateOf(3));
        var told = Assert.Single(_one.Sent(), item => item.To.Id == new NodeId(3));
        Assert.Equal(MemberHealth.Out, told.Message.News[0].Health);
    }

    [Fact]
    public void A_node_that_is_out_comes_back_by_objecting()
    {
        _one.Hear(ProtocolHarness.Record(3));
        _one.Hear(ProtocolHarness.Record(3, health: MemberHealth.Out));
        _one.Sent();
        _one.Arrive(ProtocolHarness.Record(3, incarnation: 1), ClusterMessages.Ping);
        Assert.Equal(MemberState.Alive, _one.StateOf(3));
        Assert.Contains(
            _one.Sent(),
            item => item.Kind == ClusterMessages.Exchange && item.To.Id == new NodeId(3)
        );
    }

    [Fact]
    public void A_restarted_node_replaces_its_old_life_at_once()
    {
        _one.Hear(ProtocolHarness.Record(3, boot: 5, incarnation: 9));
        _one.Arrive(ProtocolHarness.Record(3, boot: 6), ClusterMessages.Gossip);
        Assert.Equal(6ul, _one.Protocol.Find(new NodeId(3))!.Record.Boot);
        _one.Hear(ProtocolHarness.Record(3, boot: 5, incarnation: 10, health: MemberHealth.Out));
        Assert.Equal(MemberState.Alive, _one.StateOf(3));
    }

    [Fact]
    public void An_answer_of_another_life_is_none_of_the_one_that_was_asked()
    {
        _one.Arrive(ProtocolHarness.Record(2, boot: 5), ClusterMessages.Gossip);
        _one.Pass(0.3);
        var ping = _one.Sent().First(item => item.Kind == ClusterMessages.Ping);
        _one.Arrive(
            ProtocolHarness.Record(2, boot: 4),
            ClusterMessages.Ack,
            message =>
                message with
                {
                    Sequence = ping.Message.Sequence,
                    Boot = 4,
                    Subject = ProtocolHarness.Address(2),
                }
        );
        Assert.Empty(_one.Probes);
    }

    [Fact]
    public void A_load_is_the_latest_of_the_latest_life()
    {
        _one.Hear(ProtocolHarness.Record(3));
        Load(3, 100, 2, 22);
        Load(3, 100, 1, 11);
        Assert.Equal(22, _one.Protocol.Find(new NodeId(3))!.Load!.Body.Span[0]);
        Load(3, 101, 1, 33);
        Assert.Equal(33, _one.Protocol.Find(new NodeId(3))!.Load!.Body.Span[0]);
        Load(9, 1, 1, 1);
        Assert.Null(_one.Protocol.Find(new NodeId(9)));
    }

    [Fact]
    public void A_goodbye_is_heard_and_silences_the_node()
    {
        _one.Hear(ProtocolHarness.Record(3));
        _one.Protocol.Leave(_one.Now);
        Assert.False(_one.Protocol.IsGoodbyeHeard);
        Assert.Contains(_one.Sent(), item => item.Message.From.Health == MemberHealth.Left);
        _one.Arrive(2, ClusterMessages.Ack, message => message);
        _one.Arrive(3, ClusterMessages.Ack, message => message);
        Assert.True(_one.Protocol.IsGoodbyeHeard);
        _one.Sent();
        _one.Arrive(2, ClusterMessages.Ping, message => message);
        Assert.Empty(_one.Sent());
    }

    [Fact]
    public void Who_has_left_is_not_out_and_not_tried_again()
    {
        _one.Hear(ProtocolHarness.Record(3));
        _one.Arrive(
            ProtocolHarness.Record(3, incarnation: 1, health: MemberHealth.Left),
            ClusterMessages.Gossip
        );
        _one.Sent();
        _one.Pass(10, 2);
        Assert.Equal(MemberState.Left, _one.StateOf(3));
        Assert.DoesNotContain(_one.Sent(), item => item.To.Id == new NodeId(3));
        _one.Hear(ProtocolHarness.Record(3, health: MemberHealth.Suspect));
        Assert.Equal(MemberState.Left, _one.StateOf(3));
    }

    [Fact]
    public void Who_is_gone_is_forgotten_in_the_end_but_for_seeds()
    {
        var one = new ProtocolHarness(
            new MembershipOptions { RememberGone = TimeSpan.FromMinutes(5) },
            3
        );
        one.Hear(
            ProtocolHarness.Record(3, health: MemberHealth.Out),
            ProtocolHarness.Record(4, health: MemberHealth.Out)
        );
        one.Pass(400, 2);
        Assert.Equal(MemberState.Out, one.StateOf(3));
        Assert.Null(one.StateOf(4));
        Assert.Contains("4 forgotten", one.Changes);
    }

    [Fact]
    public void A_full_view_ignores_further_nodes()
    {
        var one = new ProtocolHarness(new MembershipOptions { MembersMax = 3 });
        one.Hear(ProtocolHarness.Record(3), ProtocolHarness.Record(4));
        Assert.Null(one.StateOf(4));
        Assert.Equal(1, one.Protocol.Ignored);
    }

    [Fact]
    public void What_is_no_message_is_counted_and_changes_nothing()
    {
        _one.Protocol.Receive(_one.Now, new NodeId(2), ClusterMessages.Ping, [1, 2, 3]);
        var other = MembershipCodec.Encode(new(ProtocolHarness.Record(3)));
        _one.Protocol.Receive(_one.Now, new NodeId(2), ClusterMessages.Ping, other);
        _one.Arrive(2, 15, message => message);
        Assert.Equal(3, _one.MalformedFrom.Count);
        Assert.Null(_one.StateOf(3));
    }

    private void RequestPing() =>
        _one.Arrive(
            2,
            ClusterMessages.PingRequest,
            message =>
                message with
                {
                    Sequence = 77,
                    Boot = ProtocolHarness.Boot,
                    Subject = ProtocolHarness.Address(3),
                }
        );

    private void Load(uint node, ulong boot, ulong counter, byte content) =>
        _one.Arrive(
            2,
            ClusterMessages.Gossip,
            message =>
                message with
                {
                    Loads =
                    [
                        new(new NodeId(node), new LoadReport(boot, counter, new[] { content })),
                    ],
                }
        );
}
