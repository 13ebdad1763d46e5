namespace Waverless.Cluster.Membership;

public sealed class ProbeOrderTests
{
    [Fact]
    public void Everybody_is_probed_within_two_rounds_and_the_watched_much_more_often()
    {
        var (table, order) = Table(20);
        var probes = Enumerable.Range(0, 4 * 20).Select(_ => order.Next(_ => true)!.Id).ToArray();
        Assert.Equal(20, probes.Distinct().Count());
        var watched = new[] { table.Successor(0)!.Id, table.Successor(1)!.Id };
        foreach (var node in watched)
        {
            // Each watched one comes every fourth time at least.
            Assert.True(probes.Chunk(4).All(four => four.Contains(node)));
        }
    }

    [Fact]
    public void Each_node_is_watched_by_two_others()
    {
        var ids = Enumerable.Range(1, 30).Select(id => (uint)id).ToArray();
        var watched = ids.SelectMany(self =>
            {
                var table = new MemberTable(new NodeId(self), new Random(1));
                foreach (var id in ids.Where(id => id != self))
                {
                    table.Add(Entry(id));
                }

                return new[] { table.Successor(0)!.Id, table.Successor(1)!.Id };
            })
            .GroupBy(id => id)
            .ToArray();
        Assert.Equal(30, watched.Length);
        Assert.All(watched, group => Assert.Equal(2, group.Count()));
    }

    [Fact]
    public void Watchers_pass_over_those_who_are_suspected_or_gone()
    {
        var (table, _) = Table(4);
        var first = table.Successor(0)!;
        var second = table.Successor(1)!;
        table.Set(first, first.Record with { Health = MemberHealth.Suspect });
        Assert.Same(second, table.Successor(0));
        table.Set(second, second.Record with { Health = MemberHealth.Out });
        Assert.NotSame(second, table.Successor(0));
        Assert.Equal(3, table.Present);
    }

    [Fact]
    public void The_urgent_come_first_and_the_gone_never()
    {
        var (table, order) = Table(10);
        order.Hurry(new NodeId(7));
        order.Hurry(new NodeId(7));
        Assert.Equal(new NodeId(7), order.Next(_ => true)!.Id);
        foreach (var entry in table.All)
        {
            table.Set(entry, entry.Record with { Health = MemberHealth.Out });
        }

        Assert.Null(order.Next(_ => true));
        Assert.Null(
            new ProbeOrder(new MemberTable(new NodeId(1), new Random(1)), new Random(1)).Next(_ =>
                true
            )
        );
    }

    [Fact]
    public void Picks_are_different_nodes_that_fit()
    {
        var (table, _) = Table(10);
        for (var i = 0; i < 100; i++)
        {
            var picked = table.Pick(4, entry => entry.Id.Value % 2 == 0);
            Assert.Equal(4, picked.Distinct().Count());
            Assert.All(picked, entry => Assert.Equal(0u, entry.Id.Value % 2));
        }

        Assert.Equal(5, table.Pick(9, entry => entry.Id.Value % 2 == 0).Count);
    }

    private static (MemberTable Table, ProbeOrder Order) Table(uint others)
    {
        var table = new MemberTable(new NodeId(1), new Random(1));
        for (var id = 2u; id < 2 + others; id++)
        {
            table.Add(Entry(id));
        }

        return (table, new ProbeOrder(table, new Random(1)));
    }

    private static MemberEntry Entry(uint id) => new(ProtocolHarness.Record(id), default);
}
