namespace Waverless.Scheduling;

public sealed class LeastLoadedSchedulerTests
{
    private static readonly LeastLoadedScheduler Scheduler = new(new SeededSequence(3));

    [Fact]
    public void Of_two_nodes_the_less_loaded_is_picked()
    {
        var cluster = Clusters.Of(2).With(1, node => node with { Active = 1, Queued = 1 });

        Assert.All(Scheduler.Picks(cluster, 100), id => Assert.Equal(2u, id));
    }

    [Fact]
    public void Load_counts_relative_to_weight()
    {
        var cluster = Clusters
            .Of(2)
            .With(1, node => node with { Active = 3, Weight = 4 })
            .With(2, node => node with { Active = 1 });

        Assert.All(Scheduler.Picks(cluster, 100), id => Assert.Equal(1u, id));
    }

    [Fact]
    public void The_most_loaded_node_is_never_picked_and_not_only_the_least_loaded_is()
    {
        var cluster = Clusters.Of(8, node => node with { Active = (int)node.Id.Value });
        var picks = Scheduler.Picks(cluster, 1_000);

        Assert.DoesNotContain(8u, picks);
        Assert.InRange(picks.Count(id => id == 1), 150, 350);
    }

    [Fact]
    public void Nodes_of_one_load_share_the_work()
    {
        var picks = Scheduler.Picks(Clusters.Of(4), 4_000);

        Assert.All(picks.CountBy(id => id), node => Assert.InRange(node.Value, 820, 1_180));
    }
}
