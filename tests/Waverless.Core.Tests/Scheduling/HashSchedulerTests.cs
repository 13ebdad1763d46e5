namespace Waverless.Scheduling;

public sealed class HashSchedulerTests
{
    private static readonly HashScheduler Scheduler = new();

    [Fact]
    public void A_key_stays_on_its_node_and_keys_spread_evenly()
    {
        var cluster = Clusters.Of(8);
        var picks = Picks(cluster);

        Assert.Equal(picks, Picks(cluster));
        Assert.All(
            picks.CountBy(id => id),
            node => Assert.InRange(node.Value, 1_000 - 180, 1_000 + 180)
        );
    }

    [Fact]
    public void Without_a_key_the_function_decides()
    {
        var cluster = Clusters.Of(8);
        var picks = Scheduler.Picks(cluster, 100, i => Clusters.Request($"app{i}/f"));

        Assert.Equal(8, picks.Distinct().Count());
        Assert.Equal(picks, Scheduler.Picks(cluster, 100, i => Clusters.Request($"app{i}/f")));
    }

    [Fact]
    public void Weights_do_not_matter() =>
        Assert.Equal(Picks(Clusters.Of(8)), Picks(Clusters.Of(8, n => n with { Weight = 9 })));

    [Fact]
    public void A_node_that_leaves_moves_only_its_own_keys()
    {
        var before = Picks(Clusters.Of(8));
        var after = Picks(Clusters.Of(8).Without(4));

        Assert.All(
            before.Zip(after),
            pair => Assert.True(pair.First == pair.Second || pair.First == 4)
        );
    }

    private static System.Collections.Immutable.ImmutableArray<uint> Picks(
        Cluster.ClusterSnapshot cluster
    ) => Scheduler.Picks(cluster, 8_000, i => Clusters.Request(key: (ulong)i));
}
