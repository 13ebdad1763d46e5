using System.Text;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Runtime.Managed;
using Waverless.Scheduling;
using Waverless.Simulation;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

public sealed class EventPlacementTests
{
    [Fact]
    public void What_its_home_may_not_run_runs_elsewhere_and_ends_in_the_same_commit()
    {
        var sim = new ClusterSim(nodes: 4);
        var (home, away) = Shop(sim, _ => Task.CompletedTask);
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await OrderAsync(sim, 20);
            await sim.DrainedAsync();
            await CountedAsync(sim, 20);
            Assert.All(sim.Attempts, attempt => Assert.Contains(attempt.Node, away));
            Assert.DoesNotContain(home, away);
        });
    }

    [Fact]
    public void Messages_and_timers_follow_the_affinity_too()
    {
        var sim = new ClusterSim(nodes: 4);
        var app = sim.App("shop");
        var home = sim.HomeOf("shop");
        FunctionAffinity affinity = new() { NodeIds = [(int)(home % 4) + 1] };
        app.Function("told", f => f.OnMessage().Writes("told_{}"), Note("told_1"))
            .Function("tick", f => f.Timer("1s").Writes("tick"), Note("tick"))
            .On("told", affinity)
            .On("tick", affinity);
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await sim.Nodes[home]
                .On(async () =>
                    await sim.Nodes[home]
                        .Store("shop")
                        .CommitAsync(new KvBatch().Enqueue("shop/told", "1"u8.ToArray()))
                );
            await sim.UntilAsync(() => sim.Attempts.Count >= 3);
            Assert.All(sim.Attempts, attempt => Assert.Equal((home % 4) + 1, attempt.Node));
            Assert.Contains(sim.Attempts, attempt => attempt.Function == "shop/told");
            await sim.Loop.DelayAsync(0.5);
            Assert.Equal("1", await sim.Nodes[1].GetAsync("shop", "told_1"));
        });

        static Func<ScriptCall, Task> Note(string key) => call => call.SetAsync(key, call.Text);
    }

    [Fact]
    public void A_runner_that_dies_is_replaced_and_its_attempt_does_not_count()
    {
        var sim = new ClusterSim(nodes: 4);
        var attempts = new List<int>();
        var (_, away) = Shop(
            sim,
            async call =>
            {
                attempts.Add(call.Invocation.Attempt);
                if (attempts.Count == 1)
                {
                    sim.Crash(sim.Attempts[0].Node);
                    await new TaskCompletionSource().Task;
                }
            }
        );
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await OrderAsync(sim, 1);
            await sim.UntilAsync(() => attempts.Count == 2);
            await sim.DrainedAsync();
            await CountedAsync(sim, 1);
            Assert.Equal([1, 1], attempts);
            Assert.NotEqual(sim.Attempts[0].Node, sim.Attempts[1].Node);
            Assert.All(sim.Attempts, attempt => Assert.Contains(attempt.Node, away));
        });
    }

    [Fact]
    public void Effects_happen_once_whenever_a_runner_dies()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var sim = new ClusterSim(seed, nodes: 4);
            var (_, away) = Shop(sim, _ => sim.Loop.DelayAsync(0.003));
            sim.Run(async () =>
            {
                await sim.ConvergedAsync();
                await OrderAsync(sim, 4);
                for (var crash = 0; crash < 4; crash++)
                {
                    await sim.Loop.DelayAsync(sim.Loop.Random.NextDouble() * 0.015);
                    var victim = away[crash % away.Length];
                    sim.Crash(victim);
                    await sim.BootAsync(victim);
                    await OrderAsync(sim, 4, "again-" + crash + "-");
                }

                await CountedAsync(sim, 20);
            });
        }
    }

    [Fact]
    public void Effects_happen_once_whenever_the_home_dies_while_another_node_runs_its_events()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var sim = new ClusterSim(seed, nodes: 3);
            var (home, _) = Shop(sim, _ => sim.Loop.DelayAsync(0.1));
            sim.Run(async () =>
            {
                await sim.ConvergedAsync();
                await OrderAsync(sim, 4);
                for (var crash = 0; crash < 3; crash++)
                {
                    await sim.Loop.DelayAsync(sim.Loop.Random.NextDouble() * 0.15);
                    sim.Crash(home);
                    await sim.BootAsync(home);
                }

                await CountedAsync(sim, 4);
            });
        }
    }

    [Fact]
    public void A_runner_that_is_cut_off_is_replaced_and_its_late_commit_does_nothing()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var sim = new ClusterSim(seed, nodes: 4);
            var (home, _) = Shop(
                sim,
                async _ =>
                {
                    if (sim.Attempts.Count == 1)
                    {
                        await sim.Loop.DelayAsync(12);
                    }
                }
            );
            sim.Run(async () =>
            {
                await sim.ConvergedAsync();
                await OrderAsync(sim, 1);
                await sim.UntilAsync(() => sim.Attempts.Count == 1);
                var runner = new NodeId(sim.Attempts[0].Node);
                sim.Network.Cut(
                    [runner],
                    [.. sim.Nodes.Keys.Select(id => new NodeId(id)).Where(id => id != runner)]
                );
                await sim.UntilAsync(() => sim.Attempts.Count == 2);
                await CountedAsync(sim, 1, sim.Nodes[home]);
                sim.Network.Heal();
                await sim.Loop.DelayAsync(30);
                await CountedAsync(sim, 1);
            });
        }
    }

    [Fact]
    public void A_busy_home_hands_events_to_the_node_that_the_scheduler_picks()
    {
        var sim = new ClusterSim(nodes: 4) { Scheduler = new RandomScheduler(new(3)) };
        var app = Orders(sim, _ => sim.Loop.DelayAsync(0.5));
        app.Limits = app.Limits with { Concurrency = 4 };
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            var home = sim.HomeOf("shop");
            await OrderAsync(sim, 1);
            await sim.DrainedAsync();
            Assert.All(sim.Attempts, attempt => Assert.Equal(home, attempt.Node));
            await OrderAsync(sim, 60, "more-");
            await sim.DrainedAsync();
            await CountedAsync(sim, 61);
            Assert.Equal(4, sim.Attempts.Select(attempt => attempt.Node).Distinct().Count());
        });
    }

    [Fact]
    public void A_function_that_fails_elsewhere_uses_up_its_attempts()
    {
        var sim = new ClusterSim(nodes: 4);
        var attempts = new List<int>();
        var (home, _) = Shop(
            sim,
            call =>
            {
                attempts.Add(call.Invocation.Attempt);
                throw new InvalidOperationException("It is broken.");
            }
        );
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await OrderAsync(sim, 1);
            await sim.UntilAsync(() => attempts.Count == 5);
            await sim.DrainedAsync();
            Assert.Equal([1, 2, 3, 4, 5], attempts);
            var dead = await sim.Nodes[home]
                .On(async () =>
                    await sim.Nodes[home].Node.DeadLetters.ListAsync(new() { App = "shop" })
                );
            Assert.Contains("It is broken.", Assert.Single(dead.Letters).LastError!.Value.Text);
        });
    }

    [Fact]
    public void An_immediate_function_runs_elsewhere_and_ends_when_it_has_answered()
    {
        var sim = new ClusterSim(nodes: 4);
        var (_, away) = Shop(sim, _ => Task.CompletedTask, f => f.Commit(CommitMode.Immediate));
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await OrderAsync(sim, 5, gap: 0.1);
            await sim.DrainedAsync();
            await CountedAsync(sim, 5);
            Assert.All(sim.Attempts, attempt => Assert.Contains(attempt.Node, away));
        });
    }

    [Fact]
    public void Events_that_share_a_window_go_to_other_nodes_one_by_one()
    {
        var sim = new ClusterSim(nodes: 4);
        var (_, away) = Shop(
            sim,
            _ => Task.CompletedTask,
            f => f.Batch(10, TimeSpan.FromMilliseconds(50))
        );
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            await OrderAsync(sim, 12);
            await sim.DrainedAsync();
            await CountedAsync(sim, 12);
            Assert.True(sim.Attempts.Count >= 12);
            Assert.All(sim.Attempts, attempt => Assert.Contains(attempt.Node, away));
        });
    }

    [Fact]
    public void While_no_node_may_run_it_an_event_waits_and_loses_no_attempt()
    {
        var sim = new ClusterSim(nodes: 3);
        var attempts = new List<int>();
        Orders(
            sim,
            call =>
            {
                attempts.Add(call.Invocation.Attempt);
                return Task.CompletedTask;
            }
        );
        var only = sim.HomeOf("shop") % 3 + 1;
        sim.Apps[0].On("count", new FunctionAffinity { NodeIds = [(int)only] });
        sim.Run(async () =>
        {
            await sim.ConvergedAsync();
            sim.Crash(only);
            await sim.ConvergedAsync();
            await OrderAsync(sim, 2);
            await sim.Loop.DelayAsync(60);
            Assert.Empty(attempts);
            await sim.BootAsync(only);
            await CountedAsync(sim, 2);
            Assert.All(attempts, attempt => Assert.Equal(1, attempt));
        });
    }

    /// <summary>
    /// An app that counts its orders, and may do so only on the nodes where it is not at home.
    /// </summary>
    private static (uint Home, uint[] Away) Shop(
        ClusterSim sim,
        Func<ScriptCall, Task> meanwhile,
        Action<FunctionBuilder>? declare = null
    )
    {
        Orders(sim, meanwhile, declare);
        var home = sim.HomeOf("shop");
        uint[] away = [.. sim.File.Select(node => node.Id.Value).Where(id => id != home)];
        sim.Apps[0].On("count", new() { NodeIds = [.. away.Select(id => (int)id)] });
        return (home, away);
    }

    private static TestApp Orders(
        ClusterSim sim,
        Func<ScriptCall, Task> meanwhile,
        Action<FunctionBuilder>? declare = null
    ) =>
        sim.App("shop")
            .Function(
                "count",
                f =>
                {
                    f.Reads("order_{}").OnSet("order_{}").Reads("count").Writes("count");
                    declare?.Invoke(f);
                },
                async call =>
                {
                    var before = int.Parse(await call.GetAsync("count") ?? "0");
                    await meanwhile(call);
                    await call.SetAsync("count", (before + 1).ToString());
                }
            );

    /// <summary>Writes orders in one commit, or with a gap between them.</summary>
    private static async Task OrderAsync(
        ClusterSim sim,
        int count,
        string prefix = "",
        double gap = 0
    )
    {
        var node = sim.Nodes[sim.HomeOf("shop")];
        var batch = new KvBatch();
        for (var i = 0; i < count; i++)
        {
            batch.Set("order_" + prefix + i, Encoding.UTF8.GetBytes("x"));
            if (gap > 0)
            {
                await node.SetAsync("shop", "order_" + prefix + i, "x");
                await sim.Loop.DelayAsync(gap);
            }
        }

        if (gap == 0)
        {
            var written = await node.On(async () => await node.Store("shop").CommitAsync(batch));
            Assert.True(written.IsCommitted, written.Reason);
        }
    }

    /// <summary>All orders are counted, each once: also after a while the number is the same.</summary>
    private static async Task CountedAsync(ClusterSim sim, int count, ClusterSimNode? at = null)
    {
        at ??= sim.Nodes.Values.First();
        var value = default(string);
        for (var tries = 0; tries < 600 && value != count.ToString(); tries++)
        {
            value = await at.GetAsync("shop", "count");
            await sim.Loop.DelayAsync(0.1);
        }

        Assert.Equal(count.ToString(), value);
        await sim.Loop.DelayAsync(1);
        Assert.Equal(count.ToString(), await at.GetAsync("shop", "count"));
    }
}
