namespace Waverless.Scheduling;

public sealed class Straw2SchedulerTests
{
    private static readonly Straw2Scheduler Scheduler = new();

    [Fact]
    public void A_node_of_three_times_the_weight_gets_three_times_the_keys()
    {
        var cluster = Clusters.Of(5).With(2, node => node with { Weight = 3 });
        var picks = Scheduler.Picks(cluster, 7_000, i => Clusters.Request(key: (ulong)i));

        Assert.InRange(picks.Count(id => id == 2), 3_000 - 250, 3_000 + 250);
        Assert.InRange(picks.Count(id => id == 1), 1_000 - 180, 1_000 + 180);
    }

    [Fact]
    public void It_picks_what_straw2_picks()
    {
        var cluster = Clusters.Of(6, node => node with { Weight = node.Id.Value });
        var straws = cluster.Nodes.Select(node => new Straw(node.Id.Value, node.Weight)).ToArray();

        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => straws[Straw2.Pick((ulong)i, straws)].Node),
            Scheduler.Picks(cluster, 500, i => Clusters.Request(key: (ulong)i))
        );
    }
}
