using Waverless.Simulation.Clusters;

namespace Waverless.Cluster.Membership;

/// <summary>Whole clusters, each with one thing that happens to it.</summary>
public sealed class SwimMembershipTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(50)]
    public void A_cluster_finds_itself(int nodes)
    {
        var cluster = new SimCluster(1, nodes);
        cluster.Run(async () =>
        {
            await cluster.StartAllAsync();
            Assert.True(await cluster.ConvergeAsync(10), cluster.Describe());
            await cluster.Loop.DelayAsync(60);
            Assert.True(cluster.HasConverged(), cluster.Describe());
            Assert.All(cluster.Alive, member => Assert.Equal(0, member.Membership.HealthScore));
        });
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(10, true)]
    [InlineData(50, true)]
    public void A_crashed_node_is_suspected_and_counted_out_in_time(int nodes, bool silently)
    {
        for (var seed = 1; seed <= (nodes > 10 ? 1 : 5); seed++)
        {
            var cluster = new SimCluster(seed, nodes);
            cluster.Run(async () =>
            {
                await cluster.StartAllAsync();
                Assert.True(await cluster.ConvergeAsync(10), cluster.Describe());
                cluster.Crash(2, silently);
                await cluster.Loop.DelayAsync(2);
                Assert.Contains(
                    cluster.Alive,
                    one => one.Sees(cluster[2]) is MemberState.Suspect or MemberState.Out
                );
                await cluster.Loop.DelayAsync(3);
                Assert.All(
                    cluster.Alive,
                    one => Assert.Equal(MemberState.Out, one.Sees(cluster[2]))
                );
            });
        }
    }

    [Fact]
    public void A_node_that_is_reached_by_way_of_others_stays()
    {
        Meet(
            5,
            async cluster =>
            {
                cluster.Network.CutOneWay(new NodeId(2), new NodeId(4));
                cluster.Network.CutOneWay(new NodeId(4), new NodeId(5));
                var seen = Watch(cluster);
                await cluster.Loop.DelayAsync(60);
                Assert.DoesNotContain(MemberState.Out, seen);
                Assert.True(cluster.HasConverged(), cluster.Describe());
            }
        );
    }

    [Fact]
    public void A_slow_node_stays()
    {
        Meet(
            5,
            async cluster =>
            {
                cluster.Network.SetSlow(new NodeId(3), TimeSpan.FromMilliseconds(250));
                var seen = Watch(cluster);
                await cluster.Loop.DelayAsync(60);
                Assert.DoesNotContain(MemberState.Out, seen);
            }
        );
    }

    [Fact]
    public void Both_sides_of_a_partition_go_on_and_come_together_again()
    {
        Meet(
            6,
            async cluster =>
            {
                NodeId[] some = [new(1), new(2)];
                cluster.Network.Cut(some, [new(3), new(4), new(5), new(6)]);
                await cluster.Loop.DelayAsync(120);
                Assert.Equal(MemberState.Out, cluster[1].Sees(cluster[3]));
                Assert.Equal(MemberState.Out, cluster[3].Sees(cluster[1]));
                Assert.Equal(MemberState.Alive, cluster[1].Sees(cluster[2]));
                Assert.Equal(MemberState.Alive, cluster[5].Sees(cluster[6]));
                cluster.Network.Heal();
                Assert.True(await cluster.ConvergeAsync(10), cluster.Describe());
            }
        );
    }

    [Fact]
    public void A_frozen_process_is_counted_out_and_comes_back_as_the_same_life()
    {
        Meet(
            4,
            async cluster =>
            {
                var boot = cluster[3].Membership.Local.Boot;
                cluster.SetHung(3, true);
                await cluster.Loop.DelayAsync(5);
                Assert.Equal(MemberState.Out, cluster[1].Sees(cluster[3]));
                cluster.SetHung(3, false);
                Assert.True(await cluster.ConvergeAsync(10), cluster.Describe());
                Assert.Equal(boot, cluster[1].Membership.Current.Find(new NodeId(3))!.Boot);
            }
        );
    }

    [Fact]
    public void A_restart_is_seen_at_once_and_by_all()
    {
        Meet(
            4,
            async cluster =>
            {
                cluster.Crash(3);
                await cluster.StartAsync(3);
                Assert.True(await cluster.ConvergeAsync(2), cluster.Describe());
            }
        );
    }

    [Fact]
    public void A_restart_under_a_clock_that_was_set_back_outbids_its_old_life()
    {
        Meet(
            3,
            async cluster =>
            {
                var old = cluster[3].Membership.Local.Boot;
                cluster.Crash(3);
                cluster.ClockSkew = TimeSpan.FromDays(-1);
                await cluster.StartAsync(3);
                Assert.True(await cluster.ConvergeAsync(5), cluster.Describe());
                Assert.Equal(old + 1, cluster[3].Membership.Local.Boot);
            }
        );
    }

    [Fact]
    public void Of_two_processes_with_one_id_the_later_one_stays_and_the_other_is_told()
    {
        Meet(
            4,
            async cluster =>
            {
                var older = cluster[3];
                var elsewhere = SimCluster.Address(3) with { Host = "elsewhere" };
                var later = await cluster.StartAsync(3, elsewhere);
                await cluster.Loop.DelayAsync(5);
                Assert.True(older.Membership.IsReplaced);
                Assert.False(later.Membership.IsReplaced);
                Assert.Equal(
                    "elsewhere",
                    cluster[1].Membership.Current.Find(new NodeId(3))!.Profile.Address.Host
                );
                Assert.True(await cluster.ConvergeAsync(5), cluster.Describe());
            }
        );
    }

    [Fact]
    public void Who_leaves_is_seen_leaving_then_left_and_never_out()
    {
        Meet(
            5,
            async cluster =>
            {
                var seen = Watch(cluster);
                cluster[2].Membership.BeginLeave();
                await cluster.Loop.DelayAsync(1);
                Assert.All(
                    cluster.Alive.Where(one => one.Id.Value != 2),
                    one => Assert.Equal(MemberState.Leaving, one.Sees(cluster[2]))
                );
                await cluster[2].LeaveAsync();
                await cluster.Loop.DelayAsync(10);
                Assert.All(
                    cluster.Alive,
                    one => Assert.Equal(MemberState.Left, one.Sees(cluster[2]))
                );
                Assert.DoesNotContain(MemberState.Out, seen);
                await cluster.StartAsync(2);
                Assert.True(await cluster.ConvergeAsync(5), cluster.Describe());
            }
        );
    }

    [Fact]
    public void Loads_reach_all_and_the_latest_wins()
    {
        Meet(
            10,
            async cluster =>
            {
                for (byte i = 1; i <= 5; i++)
                {
                    foreach (var member in cluster.Alive)
                    {
                        member.Membership.Report(new[] { (byte)member.Id.Value, i });
                    }

                    await cluster.Loop.DelayAsync(1);
                }

                await cluster.Loop.DelayAsync(4);
                foreach (var one in cluster.Alive)
                {
                    foreach (var other in cluster.Alive)
                    {
                        var load = one.Membership.LoadOf(other.Id)!;
                        Assert.Equal([(byte)other.Id.Value, 5], load.Body.ToArray());
                        Assert.Equal(5ul, load.Counter);
                    }
                }

                Assert.Null(cluster[1].Membership.LoadOf(new NodeId(99)));
                Assert.Throws<ArgumentException>(() =>
                    cluster[1].Membership.Report(new byte[LoadReport.BytesMax + 1])
                );
            }
        );
    }

    [Fact]
    public void Changes_are_told_and_can_be_waited_for()
    {
        Meet(
            3,
            async cluster =>
            {
                var epochs = new List<ulong>();
                var one = cluster[1].Membership;
                one.Changed += view => epochs.Add(view.Epoch);
                var before = one.Current;
                var next = one.NextAsync(before.Epoch, default);
                Assert.False(next.IsCompleted);
                cluster.Crash(2);
                var after = await next;
                Assert.True(after.Epoch > before.Epoch);
                await cluster.Loop.DelayAsync(5);
                Assert.Equal(epochs.Order().Distinct(), epochs);
                Assert.Equal(one.Current.Epoch, epochs[^1]);
                Assert.Same(one.Current, one.Current);
                Assert.Equal([1u, 2u, 3u], one.Current.Members.Select(m => m.Id.Value));
            }
        );
    }

    [Fact]
    public void A_node_that_the_file_does_not_name_joins_by_any_member()
    {
        Meet(
            4,
            async cluster =>
            {
                cluster.Seeds = [SimCluster.Address(4)];
                await cluster.StartAsync(9);
                Assert.True(await cluster.ConvergeAsync(5), cluster.Describe());
            }
        );
    }

    private static void Meet(int nodes, Func<SimCluster, Task> story)
    {
        var cluster = new SimCluster(7, nodes);
        cluster.Run(async () =>
        {
            await cluster.StartAllAsync();
            Assert.True(await cluster.ConvergeAsync(10), cluster.Describe());
            await story(cluster);
        });
    }

    /// <summary>The states that any node comes to see any other in.</summary>
    private static HashSet<MemberState> Watch(SimCluster cluster)
    {
        var seen = new HashSet<MemberState>();
        foreach (var member in cluster.Alive)
        {
            member.Membership.Changed += view => seen.UnionWith(view.Members.Select(m => m.State));
        }

        return seen;
    }
}
