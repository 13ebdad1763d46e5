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
            var hashes = Enumerable.Range(3, DeployLimits.VersionsMax).Reverse().Select(HashOf);
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
    public void A_version_that_was_in_service_before_is_on_all_nodes_when_the_rollback_says_so()
    {
        var sim = new ClusterSim(nodes: 4) { Depots = true };
        sim.Run(async () =>
        {
            for (var round = 0; round < 3; round++)
            {
                await sim.DeployAsync(sim.Nodes[1], Version(1));
                Assert.All(sim.Nodes.Values, node => Assert.Equal(HashOf(1), OnOf(node)));
                await sim.DeployAsync(sim.Nodes[2], Version(2));
                Assert.All(sim.Nodes.Values, node => Assert.Equal(HashOf(2), OnOf(node)));
                var deployer = sim.Nodes[3].Node.Cluster!.Deployer!;
                await sim.Nodes[3]
                    .Scheduler.Start(() => deployer.RollBackAsync("app", HashOf(1), default));
                Assert.All(sim.Nodes.Values, node => Assert.Equal(HashOf(1), OnOf(node)));
            }
        });
    }

    [Fact]
    public void A_version_that_was_refused_deploys_once_its_cause_is_gone()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            sim.Unfit = (node, _) => node == 2;
            await Assert.ThrowsAsync<DeployException>(() =>
                sim.DeployAsync(sim.Nodes[1], Version(1))
            );
            sim.Unfit = null;
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            Assert.All(sim.Nodes.Values, node => Assert.Equal(HashOf(1), OnOf(node)));
        });
    }

    [Fact]
    public void A_node_whose_disk_was_full_gets_the_version_once_there_is_room()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            sim.Full = node => node == 2;
            await sim.DeployAsync(sim.Nodes[1], Version(2));
            await sim.Loop.DelayAsync(60);
            Assert.Equal(HashOf(1), OnOf(sim.Nodes[2]));
            sim.Full = null;
            await sim.UntilAsync(() => OnOf(sim.Nodes[2]) == HashOf(2));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_versions_that_are_deployed_at_once_all_nodes_end_at_the_same(int seed)
    {
        var sim = new ClusterSim(seed) { Depots = true };
        sim.Run(async () =>
        {
            var done = new List<int>();
            var all = Enumerable.Range(1, 6).Select(DeployAsync).ToList();
            await Task.WhenAll(all);

            var record = await FindAsync(sim);
            Assert.NotEmpty(done);
            Assert.All(sim.Nodes.Values, node => Assert.Equal(record.Active, OnOf(node)));
            Assert.Contains(record.Active, done.Select(HashOf));

            async Task DeployAsync(int version)
            {
                try
                {
                    var at = sim.Nodes[(uint)(version % 3) + 1];
                    // The same version by two at a time.
                    await sim.DeployAsync(at, Version((version + 1) / 2));
                    done.Add((version + 1) / 2);
                }
                catch (DeployException later)
                {
                    Assert.Contains("a later deployment", later.Message, StringComparison.Ordinal);
                }
            }
        });
    }

    [Fact]
    public void What_a_deployment_has_left_whose_node_died_is_removed()
    {
        var sim = new ClusterSim { Depots = true };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1));
            // Node 3 cannot answer, so that the deployment waits for it when its own node dies.
            sim.Network.Cut([new NodeId(3)], [new NodeId(1), new NodeId(2)]);
            _ = sim.DeployAsync(sim.Nodes[2], Version(2));
            await sim.Loop.DelayAsync(1);
            sim.Crash(2);
            sim.Network.Heal();
            await sim.BootAsync(2);
            await sim.DeployAsync(sim.Nodes[1], Version(3));
            Assert.NotNull(await FetchAsync(sim, 2));

            await sim.Loop.DelayAsync(DeployLimits.UploadLifetime);
            await sim.DeployAsync(sim.Nodes[1], Version(4));
            Assert.Null(await FetchAsync(sim, 2));
            Assert.NotNull(await FetchAsync(sim, 3));
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

    private static string HashOf(int version) =>
        Apps.AppPackage.Create(Version(version).Manifest).ContentHash;

    private static string OnOf(ClusterSimNode node) => new SimDepot(null!, node).ActiveHash("app");

    private static Task<byte[]?> FetchAsync(ClusterSim sim, int version)
    {
        var store = sim.Nodes[1].Node.Cluster!.Catalog!.Store;
        return sim.Nodes[1].On(() => store.FetchAsync(HashOf(version), default));
    }

    private static async Task<Messaging.Wire.AppRecord> FindAsync(ClusterSim sim)
    {
        var deployer = sim.Nodes[1].Node.Cluster!.Deployer!;
        return (await sim.Nodes[1].On(() => deployer.FindAsync("app", default)))!;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_request_sees_two_versions_of_an_app(int seed)
    {
        var sim = new ClusterSim(seed)
        {
            Depots = true,
            Scheduler = new Scheduling.RandomScheduler(new Scheduling.SeededSequence((ulong)seed)),
        };
        sim.Run(async () =>
        {
            await sim.DeployAsync(sim.Nodes[1], Version(1, sim));
            var deploying = true;
            var asked = 0;
            var traffic = sim
                .Nodes.Values.Select(async node =>
                {
                    while (deploying)
                    {
                        var answer = await node.CallAsync("app/ask");
                        Assert.True(answer.IsCompleted, answer.Error);
                        var seen = answer.Text.Split(' ');
                        Assert.Single(seen.Distinct());
                        asked += seen.Length - 1;
                        await sim.Loop.DelayAsync(0.002);
                    }
                })
                .ToList();
            for (var version = 2; version <= 30; version++)
            {
                await sim.DeployAsync(sim.Nodes[(uint)(version % 3) + 1], Version(version, sim));
            }

            deploying = false;
            await Task.WhenAll(traffic);
            Assert.True(asked > 300, $"{asked} calls");
        });
    }

    /// <summary>A version of an app that tells which one it is; it has keys, so it has a home.</summary>
    private static TestApp Version(int version, ClusterSim? sim = null)
    {
        var app = new TestApp("app");
        var text = System.Text.Encoding.UTF8.GetBytes("v" + version);
        app.Answers(
            "tell",
            f => f.Rpc().Reads("k_{}").Reads("version-" + version),
            _ => ValueTask.FromResult(InvocationResult.Completed(text))
        );
        // Runs anywhere, and takes longer than a switch.
        return app.Answers(
            "ask",
            f => f.Rpc(),
            async call =>
            {
                var seen = new List<string> { "v" + version };
                for (var i = 0; i < 3; i++)
                {
                    await (sim?.Loop.DelayAsync(0.002) ?? Task.CompletedTask);
                    var inner = await call.CallAsync("app/tell");
                    seen.Add(inner.IsCompleted ? inner.Text : inner.Error!);
                }

                return InvocationResult.Completed(
                    System.Text.Encoding.UTF8.GetBytes(string.Join(' ', seen))
                );
            }
        );
    }
}
