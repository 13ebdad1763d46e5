using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Scheduling;
using Waverless.Simulation;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

public sealed class AffinityTests
{
    [Fact]
    public void A_function_runs_only_on_nodes_with_its_tags_whoever_takes_the_call()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new CallerFirst() };
        sim.Tag(2, "gpu");
        sim.Tag(3, "gpu", "ssd");
        Echo(sim).On("say", new FunctionAffinity { Tags = ["gpu"] });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await CallEverywhereAsync(sim, "echo/say");
            Assert.All(sim.Attempts, attempt => Assert.Contains(attempt.Node, (uint[])[2, 3]));
        });
    }

    [Fact]
    public void A_function_with_keys_leaves_its_home_when_that_is_not_allowed()
    {
        var sim = new ClusterSim(nodes: 4);
        sim.App("counter")
            .Function(
                "add",
                f => f.Reads("count").Writes("count"),
                async call =>
                {
                    var before = int.Parse(await call.GetAsync("count") ?? "0");
                    await call.SetAsync("count", (before + 1).ToString());
                }
            );
        var away = sim.HomeOf("counter") % 4 + 1;
        sim.Apps[0].On("add", new FunctionAffinity { NodeIds = [(int)away] });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await Task.WhenAll(
                Enumerable.Range(0, 5).Select(_ => CallEverywhereAsync(sim, "counter/add"))
            );
            Assert.All(sim.Attempts, attempt => Assert.Equal(away, attempt.Node));
            Assert.Equal("20", await sim.Nodes[1].GetAsync("counter", "count"));
        });
    }

    [Fact]
    public void When_nobody_fits_the_answer_says_what_was_asked_for()
    {
        var sim = new ClusterSim();
        Echo(sim).On("say", new FunctionAffinity { Tags = ["gpu"] });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var answer = await sim.Nodes[1].CallAsync("echo/say");
            Assert.Equal(InvocationStatus.Unavailable, answer.Status);
            Assert.Contains("echo/say", answer.Error);
            Assert.Contains("gpu", answer.Error);
            Assert.Empty(sim.Attempts);
        });
    }

    [Fact]
    public void A_bound_of_nodes_is_kept_and_one_that_dies_is_replaced()
    {
        var sim = new ClusterSim(nodes: 5) { Scheduler = new RandomScheduler(new(1)) };
        Echo(sim).On("say", new FunctionAffinity { NodesMax = 2 });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            for (var i = 0; i < 10; i++)
            {
                await CallEverywhereAsync(sim, "echo/say");
            }

            var first = sim.Attempts.Select(attempt => attempt.Node).Distinct().ToList();
            Assert.Equal(2, first.Count);
            sim.Crash(first[0]);
            await sim.ConvergedAsync();
            sim.Attempts.Clear();
            for (var i = 0; i < 10; i++)
            {
                await CallEverywhereAsync(sim, "echo/say");
            }

            var second = sim.Attempts.Select(attempt => attempt.Node).Distinct().ToList();
            Assert.Equal(2, second.Count);
            Assert.Contains(first[1], second);
            Assert.DoesNotContain(first[0], second);
        });
    }

    [Fact]
    public void The_scheduler_of_the_manifest_wins_over_that_of_the_cluster()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new CallerFirst() };
        Echo(sim).Scheduler = SchedulerNames.Hash;
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await CallEverywhereAsync(sim, "echo/say");
            Assert.Single(sim.Attempts.Select(attempt => attempt.Node).Distinct());
        });
    }

    [Fact]
    public void An_unknown_scheduler_is_refused_at_deploy_with_those_that_there_are()
    {
        var sim = new ClusterSim();
        Echo(sim).Scheduler = "fastest";
        var refused = Assert.Throws<AppRejectedException>(() => sim.Run(() => Task.CompletedTask));
        Assert.Equal(AppRejectionCode.SchedulerUnknown, refused.Code);
        var reason = Assert.Single(refused.Reasons);
        Assert.Contains("fastest", reason);
        Assert.Contains("adaptive, hash, least-loaded, locality, random, straw2", reason);
    }

    [Fact]
    public void Rpc_runs_on_the_node_of_the_caller_if_that_fits_and_else_on_one_that_does()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new RandomScheduler(new(7)) };
        sim.Tag(1, "near");
        sim.Tag(2, "near");
        var app = Echo(sim);
        app.Answers("ask", null, async call => await call.CallAsync("echo/helper"))
            .Function("helper", f => f.Rpc(), _ => Task.CompletedTask)
            .On("helper", new FunctionAffinity { Tags = ["near"] });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            for (var i = 0; i < 10; i++)
            {
                await CallEverywhereAsync(sim, "echo/ask");
            }

            var pairs = sim
                .Attempts.Chunk(2)
                .Select(pair => (Asker: pair[0].Node, Helper: pair[1].Node))
                .ToList();
            Assert.All(pairs, pair => Assert.Contains(pair.Helper, (uint[])[1, 2]));
            Assert.All(
                pairs.Where(pair => pair.Asker <= 2),
                pair => Assert.Equal(pair.Asker, pair.Helper)
            );
            Assert.Contains(pairs, pair => pair.Asker > 2);
        });
    }

    private static TestApp Echo(ClusterSim sim) =>
        sim.App("echo").Function("say", null, _ => Task.CompletedTask);

    private static async Task CallEverywhereAsync(ClusterSim sim, string function)
    {
        foreach (var node in sim.Nodes.Values.ToList())
        {
            var answer = await node.CallAsync(function);
            Assert.True(answer.IsCompleted, answer.Error);
        }
    }
}
