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
        for (var seed = 1; seed <= 5; seed++)
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
}
