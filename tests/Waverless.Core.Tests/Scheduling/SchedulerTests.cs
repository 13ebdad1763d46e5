using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>What holds for every scheduler that comes with Waverless.</summary>
public sealed class SchedulerTests
{
    public static TheoryData<string> Names { get; } =
    ["random", "hash", "straw2", "least-loaded", "locality", "adaptive"];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_answers_to_its_name(string name) => Assert.Equal(name, Find(name).Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Nobody_is_picked_from_an_empty_cluster(string name) =>
        Assert.Null(Find(name).Pick(Clusters.Request(leader: 1), Clusters.Of(0)));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_only_node_is_picked(string name) =>
        Assert.Equal(
            new NodeId(1),
            Find(name).Pick(Clusters.Request(leader: 1, caller: 1), Clusters.Of(1))
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_nodes_of_the_snapshot_are_picked(string name)
    {
        var scheduler = Find(name);
        var cluster = Clusters.Of(9).Without(3).Without(7);
        for (uint i = 0; i < 1_000; i++)
        {
            var request = Clusters.Request(leader: i % 9, caller: 1, key: i);

            var picked = scheduler.Pick(request, cluster);

            Assert.Contains(picked!.Value, cluster.Nodes.Select(node => node.Id));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_picks_the_same_nodes(string name)
    {
        var cluster = Clusters.Of(7);

        Assert.Equal(
            Find(name, seed: 5).Picks(cluster, 100),
            Find(name, seed: 5).Picks(cluster, 100)
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pick_does_not_allocate(string name)
    {
        var scheduler = Find(name);
        var cluster = Clusters.Of(64, node => node with { Warm = WarmApps.None });
        var request = Clusters.Request(leader: 3);

        // Until all ways through the code have been gone once: what a first time makes is made.
        _ = scheduler.Picks(cluster, 300, _ => request);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = scheduler.Pick(request, cluster);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Many_threads_may_pick_at_once(string name)
    {
        var scheduler = Find(name);
        var cluster = Clusters.Of(5);
        var picks = Enumerable
            .Range(0, 4)
            .Select(_ => Task.Run(() => scheduler.Picks(cluster, 2_000)));

        foreach (var picked in await Task.WhenAll(picks))
        {
            Assert.All(picked, id => Assert.InRange(id, 1u, 5u));
        }
    }

    internal static IScheduler Find(string name, int seed = 1) =>
        new SchedulerCatalog([], new Random(seed), new FrozenTime()).Find(name);

    private sealed class FrozenTime : TimeProvider
    {
        public override long GetTimestamp() => 1_000_000;
    }
}
