using Waverless.Cluster.Deployment;
using Waverless.Invocations;
using Waverless.Simulation;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

public sealed class ClusterDeploymentTests
{
    [Fact]
    public void A_version_that_is_deployed_to_one_node_is_in_service_on_all_when_that_says_so()
    {
        var sim = new ClusterSim(nodes: 4) { Depots = true };
        sim.Run(async () =>
        {
            for (var version = 1; version <= 3; version++)
            {
                await sim.DeployAsync(sim.Nodes[(uint)version], Version(version));
                foreach (var node in sim.Nodes.Values)
                {
                    var answer = await node.CallAsync("app/tell");
                    Assert.True(answer.IsCompleted, answer.Error);
                    Assert.Equal("v" + version, answer.Text);
                }
            }
        });
    }

    [Fact]
    public void A_version_that_one_node_cannot_run_is_refused_with_its_reason_and_changes_nothing()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            sim.Unfit = (node, _) => node == 3;
            var refused = await Assert.ThrowsAsync<DeployException>(() =>
                sim.DeployAsync(sim.Nodes[2], Version(2))
            );
            Assert.Contains("node 3: ", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Node 3 cannot run it.", refused.Message, StringComparison.Ordinal);
            foreach (var node in sim.Nodes.Values)
            {
                Assert.Equal("v1", (await node.CallAsync("app/tell")).Text);
            }
        });
    }

    [Fact]
    public void A_node_that_was_away_catches_up_when_it_comes_back()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            sim.Crash(3);
            await sim.DeployAsync(sim.Nodes[2], Version(2));
            var back = await sim.BootAsync(3);
            Assert.Equal("v2", (await back.CallAsync("app/tell")).Text);
        });
    }

    [Fact]
    public void The_last_versions_are_kept_and_gone_back_to_by_a_switch()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            for (var version = 1; version <= 7; version++)
            {
                await sim.DeployAsync(sim.Nodes[1], Version(version));
            }

            var deployer = sim.Nodes[2].Node.Cluster!.Deployer!;
            var kept = await sim.Nodes[2].On(() => deployer.FindAsync("app", default));
            var hashes = Enumerable
                .Range(3, DeployLimits.VersionsMax)
                .Reverse()
                .Select(version => Apps.AppPackage.Create(Version(version).Manifest).ContentHash);
            Assert.Equal(hashes, kept!.Versions.Select(version => version.Hash));

            var oldest = kept.Versions[^1].Hash;
            await sim.Nodes[2]
                .Scheduler.Start(() => deployer.RollBackAsync("app", oldest, default));
            Assert.Equal("v3", (await sim.Nodes[3].CallAsync("app/tell")).Text);
            await Assert.ThrowsAsync<DeployException>(() =>
                sim.Nodes[2].Scheduler.Start(() => deployer.RollBackAsync("app", "gone", default))
            );
        });
    }

    [Fact]
    public void Traffic_during_many_deployments_sees_no_failure_and_no_version_going_back()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            var deploying = true;
            var calls = 0;
            var traffic = sim
                .Nodes.Values.Select(async node =>
                {
                    var last = 0;
                    while (deploying)
                    {
                        var answer = await node.CallAsync("app/tell");
                        Assert.True(answer.IsCompleted, answer.Error);
                        var version = int.Parse(answer.Text[1..]);
                        Assert.True(version >= last, $"{version} after {last}");
                        last = version;
                        calls++;
                        await sim.Loop.DelayAsync(0.005);
                    }
                })
                .ToList();
            for (var version = 2; version <= 50; version++)
            {
                await sim.DeployAsync(sim.Nodes[(uint)(version % 3) + 1], Version(version));
            }

            deploying = false;
            await Task.WhenAll(traffic);
            Assert.True(calls > 100, $"{calls} calls");
        });
    }

    /// <summary>A version of an app that tells which one it is; it has keys, so it has a home.</summary>
    private static TestApp Version(int version)
    {
        var app = new TestApp("app");
        return app.Answers(
            "tell",
            f => f.Reads("k_{}").Reads("version-" + version),
            _ =>
                ValueTask.FromResult(
                    InvocationResult.Completed(System.Text.Encoding.UTF8.GetBytes("v" + version))
                )
        );
    }
}
