using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster.Loads;

public sealed class ClusterLoadTests
{
    private static readonly FunctionAddress Slow = FunctionAddress.Parse("app/slow");

    [Fact]
    public void Every_node_sees_what_runs_and_what_is_warm_on_the_others()
    {
        var sim = Cluster();
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var home = sim.HomeOf("app");
            var calls = Enumerable.Range(0, 4).Select(_ => sim.Nodes[home].CallAsync("app/slow"));
            var running = Task.WhenAll(calls);
            await sim.Loop.DelayAsync(2);

            Assert.All(sim.Nodes.Values, node => Assert.Equal(4, ViewOf(node, home).Active));
            Assert.All(
                sim.Nodes.Values,
                node => Assert.Equal(4, ViewOf(node, home).Warm!.InstancesOf("app"))
            );
            await running;
            await sim.Loop.DelayAsync(2);
            Assert.All(sim.Nodes.Values, node => Assert.Equal(0, ViewOf(node, home).Active));
        });
    }

    [Fact]
    public void Calls_that_wait_for_their_turn_are_queued_and_make_a_backlog()
    {
        var sim = Cluster();
        var limits = FunctionLimits.Default with { Concurrency = 2 };
        sim.Apps[0].With("slow", manifest => manifest with { Limits = limits });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var home = sim.HomeOf("app");
            await sim.Nodes[home].CallAsync("app/slow");
            var calls = Enumerable.Range(0, 5).Select(_ => sim.Nodes[home].CallAsync("app/slow"));
            var running = Task.WhenAll(calls);
            await sim.Loop.DelayAsync(2);
            var seen = ViewOf(sim.Other(home), home);

            Assert.Equal((2, 3), (seen.Active, seen.Queued));

            // Three wait for 5 s each, and of the two that run half is left on average.
            Assert.InRange(seen.BacklogMs, 15_000, 25_000);
            await running;
        });
    }

    [Fact]
    public void How_long_a_function_runs_is_known_on_all_nodes()
    {
        var sim = Cluster();
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var home = sim.HomeOf("app");
            await sim.Nodes[home].CallAsync("app/slow");
            await sim.Loop.DelayAsync(3);

            Assert.All(
                sim.Nodes.Values,
                node =>
                    Assert.InRange(
                        node.Node.Warming.Characters.CharacterOf(Slow, false).RunMs,
                        4_300,
                        5_700
                    )
            );
        });
    }

    [Fact]
    public void A_node_that_is_about_to_leave_gets_no_new_work()
    {
        var sim = Cluster();
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            sim.Nodes[2].Node.Cluster!.Members.BeginLeave();
            await sim.Loop.DelayAsync(2);

            Assert.All(
                sim.Nodes.Values,
                node =>
                    Assert.DoesNotContain(node.Node.Cluster!.View.Nodes, one => one.Id.Value == 2)
            );
        });
    }

    [Fact]
    public void A_report_that_is_none_is_ignored_and_the_node_is_seen_as_before()
    {
        var sim = Cluster();
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await sim.Loop.DelayAsync(2);
            var slots = ViewOf(sim.Nodes[1], 2).Slots;
            byte[][] wrong =
            [
                [],
                [9],
                [1, 0, 255],
                [1, 0, 1, 1, 1, 0, 0, 192, 127, 0, 0, 0],
            ];
            foreach (var body in wrong)
            {
                sim.Nodes[2].Node.Cluster!.Members.Report(body);
                await sim.Loop.DelayAsync(0.1);
            }

            await sim.Loop.DelayAsync(5);
            Assert.Equal(slots, ViewOf(sim.Nodes[1], 2).Slots);
            var answer = await sim.Nodes[1].CallAsync("app/slow");
            Assert.Equal(InvocationStatus.Completed, answer.Status);
        });
    }

    private static ClusterSim Cluster()
    {
        var sim = new ClusterSim();
        sim.App("app")
            .Function(
                "slow",
                f => f.Reads("key"),
                _ => Task.Delay(TimeSpan.FromSeconds(5), sim.Loop.Clock)
            );
        return sim;
    }

    private static NodeView ViewOf(ClusterSimNode node, uint of)
    {
        var view = node.Node.Cluster!.View;
        return view.Nodes[view.IndexOf(new NodeId(of))];
    }
}
