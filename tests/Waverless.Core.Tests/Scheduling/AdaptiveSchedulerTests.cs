using Waverless.Cluster;

namespace Waverless.Scheduling;

public sealed class AdaptiveSchedulerTests
{
    private static readonly WarmApps Warm = WarmApps.Create([KeyValuePair.Create("app", 1)]);

    [Fact]
    public void A_function_with_data_runs_at_home_while_there_is_room() =>
        Assert.Equal(3u, Pick(Stateful(home: 3), Clusters.Of(8)));

    [Fact]
    public void Home_is_seen_in_a_cluster_larger_than_the_window()
    {
        var cluster = Clusters.Of(500);
        for (uint home = 1; home <= 500; home += 37)
        {
            Assert.Equal(home, Pick(Stateful(home), cluster));
        }
    }

    [Fact]
    public void Away_from_a_home_with_a_long_queue_it_runs_elsewhere() =>
        Assert.NotEqual(
            3u,
            Pick(
                Stateful(home: 3),
                Clusters.Of(8).With(3, node => node with { Queued = 400, BacklogMs = 2_000 })
            )
        );

    [Fact]
    public void The_more_there_is_to_move_the_longer_it_waits_at_home()
    {
        var cluster = Clusters.Of(8).With(3, node => node with { Queued = 40, BacklogMs = 40 });
        var light = Stateful(home: 3);
        var heavy = light with { Character = light.Character with { KvBytes = 64 << 20 } };

        Assert.NotEqual(3u, Pick(light, cluster));
        Assert.Equal(3u, Pick(heavy, cluster));
    }

    [Fact]
    public void A_burst_at_home_spills_before_anybody_reports_it()
    {
        var picks = Scheduler().Picks(Clusters.Of(8), 64, _ => Stateful(home: 3));

        Assert.Contains(3u, picks);
        Assert.True(picks.Distinct().Count() > 4);
    }

    [Fact]
    public void A_warm_node_goes_before_cold_ones()
    {
        var cluster = Clusters.Of(8).With(5, node => node with { Warm = Warm });

        Assert.Equal(5u, Pick(Stateless(), cluster));
    }

    [Fact]
    public void When_the_warm_node_is_busy_another_one_starts()
    {
        var cluster = Clusters.Of(8).With(5, node => node with { Warm = Warm });
        var picks = Scheduler().Picks(cluster, 300, _ => Stateless());

        Assert.Equal(5u, picks[0]);
        Assert.True(picks.Distinct().Count() > 2);
    }

    [Fact]
    public void All_nodes_start_an_app_in_the_same_order()
    {
        var cluster = Clusters.Of(8);

        Assert.Equal(Pick(Stateless(), cluster, seed: 1), Pick(Stateless(), cluster, seed: 2));
    }

    [Fact]
    public void Nothing_known_is_no_obstacle() =>
        Assert.NotNull(Scheduler().Pick(Clusters.Request(caller: 2), Clusters.Of(3)));

    private static SchedulingRequest Stateful(uint home) =>
        Clusters.Request(leader: home, caller: home) with
        {
            Character = new FunctionCharacter
            {
                RunMs = 2,
                ColdStartMs = 0.3f,
                KvCalls = 2,
            },
        };

    private static SchedulingRequest Stateless() =>
        Clusters.Request(caller: 1) with
        {
            Character = new FunctionCharacter
            {
                RunMs = 8,
                ColdStartMs = 79,
                IsStateless = true,
            },
        };

    private static uint Pick(SchedulingRequest request, ClusterSnapshot cluster, ulong seed = 1) =>
        Scheduler(seed).Pick(request, cluster)!.Value.Value;

    private static AdaptiveScheduler Scheduler(ulong seed = 1) =>
        new(new SeededSequence(seed), new FrozenTime(), AdaptiveSettings.Default);

    private sealed class FrozenTime : TimeProvider
    {
        public override long GetTimestamp() => 1_000_000;
    }
}
