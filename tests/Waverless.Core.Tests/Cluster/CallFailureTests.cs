using Waverless.Cluster.Calls;
using Waverless.Invocations;
using Waverless.Scheduling;
using Waverless.Simulation;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

public sealed class CallFailureTests
{
    [Fact]
    public void A_call_that_cannot_have_begun_runs_on_another_node()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new HashScheduler() };
        sim.App("echo").Function("say", null, _ => Task.CompletedTask);
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            Assert.True((await sim.Nodes[1].CallAsync("echo/say")).IsCompleted);
            var usual = sim.Attempts[^1].Node;
            var others = sim.Nodes.Values.Where(node => node.Id != usual).ToList();
            sim.Crash(usual);
            foreach (var node in others)
            {
                // Before anybody has noticed that it is gone.
                var answer = await node.CallAsync("echo/say");
                Assert.True(answer.IsCompleted, answer.Error);
            }

            Assert.Equal(1 + others.Count, sim.Attempts.Count);
            Assert.DoesNotContain(sim.Attempts.Skip(1), attempt => attempt.Node == usual);
        });
    }

    [Fact]
    public void A_call_that_may_have_begun_fails_as_lost_and_is_not_run_again()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new HashScheduler() };
        DiesOnce(sim);
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var answer = await CallerOf(sim).CallAsync("fragile/run");
            Assert.Equal(InvocationStatus.NodeLost, answer.Status);
            Assert.Contains("fragile/run", answer.Error);
            Assert.Single(sim.Attempts);
        });
    }

    [Fact]
    public void A_call_that_is_declared_idempotent_runs_again_on_another_node()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new HashScheduler() };
        DiesOnce(sim).With("run", manifest => manifest with { Idempotent = true });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var answer = await CallerOf(sim).CallAsync("fragile/run");
            Assert.True(answer.IsCompleted, answer.Error);
            Assert.Equal(2, sim.Attempts.Count);
            Assert.NotEqual(sim.Attempts[0].Node, sim.Attempts[1].Node);
        });
    }

    [Fact]
    public void A_call_with_an_idempotency_key_is_asked_for_again_and_has_its_effect_once()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var sim = new ClusterSim(seed);
            sim.App("counter")
                .Function(
                    "add",
                    f => f.Reads("count").Writes("count"),
                    async call =>
                    {
                        var before = int.Parse(await call.GetAsync("count") ?? "0");
                        await call.SetAsync("count", (before + 1).ToString());
                        await sim.Loop.DelayAsync(0.002);
                    }
                );
            sim.Run(async () =>
            {
                await sim.ConvergedAsync();
                var home = sim.HomeOf("counter");
                var calling = sim.Other(home).CallAsync("counter/add", once: "one");
                await sim.Loop.DelayAsync(sim.Loop.Random.NextDouble() * 0.008);
                sim.Crash(home);
                await sim.Loop.DelayAsync(0.05);
                await sim.BootAsync(home);
                var answer = await calling;
                Assert.True(answer.IsCompleted, answer.Error);
                Assert.Equal("1", await sim.Nodes[home].GetAsync("counter", "count"));
            });
        }
    }

    [Fact]
    public void Retries_end_with_their_budget_and_what_is_left_fails_at_once()
    {
        var sim = new ClusterSim();
        sim.App("keeper").Function("keep", f => f.Reads("k"), _ => Task.CompletedTask);
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var home = sim.HomeOf("keeper");
            var caller = sim.Other(home);
            sim.Crash(home);
            var began = sim.Loop.Clock.Elapsed;
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 2_000).Select(_ => caller.CallAsync("keeper/keep"))
            );
            Assert.All(
                answers,
                answer => Assert.Equal(InvocationStatus.Unavailable, answer.Status)
            );
            var seconds = (sim.Loop.Clock.Elapsed - began).TotalSeconds;
            var most =
                RetryBudget.SavedMax
                + (answers.Length / RetryBudget.CallsPerRetry)
                + (int)Math.Ceiling(seconds * RetryBudget.PerSecond);
            var budget = caller.Node.Cluster!.Router.Budget;
            Assert.InRange(budget.Retries, RetryBudget.SavedMax, most);
            Assert.True(budget.Refusals > answers.Length / 2);
        });
    }

    [Fact]
    public void A_call_that_was_handed_on_too_often_is_run_where_it_is()
    {
        var sim = new ClusterSim();
        sim.App("keeper").Function("keep", f => f.Reads("k"), call => call.GetAsync("k"));
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var other = sim.Other(sim.HomeOf("keeper"));
            for (var hops = 0; hops <= CallLimits.HopsMax + 1; hops++)
            {
                var answer = await other.On(async () =>
                    await other.Node.Invoker.InvokeAsync(new("keeper/keep") { Hops = hops })
                );
                Assert.True(answer.IsCompleted, answer.Error);
                var isHome = hops <= CallLimits.HopsMax;
                Assert.Equal(isHome, sim.Attempts[^1].Node != other.Id);
            }
        });
    }

    [Fact]
    public void A_call_that_may_not_run_where_it_was_handed_to_too_often_is_refused()
    {
        var sim = new ClusterSim();
        sim.App("echo")
            .Function("say", null, _ => Task.CompletedTask)
            .On("say", new() { NodeIds = [3] });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var request = new InvocationRequest("echo/say") { Hops = CallLimits.HopsMax + 1 };
            var answer = await sim.Nodes[1]
                .On(async () => await sim.Nodes[1].Node.Invoker.InvokeAsync(request));
            Assert.Equal(InvocationStatus.Unavailable, answer.Status);
            Assert.Contains("handed on", answer.Error);
            Assert.Empty(sim.Attempts);
        });
    }

    /// <summary>The first node that runs it dies of it.</summary>
    private static TestApp DiesOnce(ClusterSim sim) =>
        sim.App("fragile")
            .Function(
                "run",
                null,
                async _ =>
                {
                    if (sim.Attempts.Count == 1)
                    {
                        sim.Crash(sim.Attempts[0].Node);
                        await new TaskCompletionSource().Task;
                    }
                }
            );

    /// <summary>A node that hands the call on.</summary>
    private static ClusterSimNode CallerOf(ClusterSim sim)
    {
        var address = new Apps.FunctionAddress("fragile", "run");
        var view = sim.Nodes[1].Node.Cluster!.View;
        var request = new SchedulingRequest(
            address,
            TriggerKind.Host,
            new("fragile", 0),
            null,
            new NodeId(1)
        );
        return sim.Other(new HashScheduler().Pick(request, view)!.Value.Value);
    }
}
