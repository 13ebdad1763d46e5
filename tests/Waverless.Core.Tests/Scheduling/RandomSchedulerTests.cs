namespace Waverless.Scheduling;

public sealed class RandomSchedulerTests
{
    [Fact]
    public void Every_node_gets_its_share()
    {
        var picks = new RandomScheduler(new SeededSequence(7)).Picks(Clusters.Of(10), 10_000);

        Assert.All(
            picks.CountBy(id => id),
            node => Assert.InRange(node.Value, 1_000 - 180, 1_000 + 180)
        );
        Assert.Equal(10, picks.Distinct().Count());
    }

    [Fact]
    public void Another_seed_picks_others()
    {
        var cluster = Clusters.Of(10);

        Assert.NotEqual(
            new RandomScheduler(new SeededSequence(1)).Picks(cluster, 50),
            new RandomScheduler(new SeededSequence(2)).Picks(cluster, 50)
        );
    }
}
