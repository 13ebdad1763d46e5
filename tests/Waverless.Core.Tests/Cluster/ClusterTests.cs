using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation.Clusters;

namespace Waverless.Cluster;

public sealed class ClusterTests
{
    [Fact]
    public void A_key_written_on_one_node_is_read_on_every_other()
    {
        var sim = new ClusterSim();
        sim.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var writer = sim.Nodes[(uint)(i % 3) + 1];
                Assert.True((await writer.SetAsync("app-" + i, "key", "v" + i)).IsCommitted);
            }

            for (var i = 0; i < 20; i++)
            {
                foreach (var node in sim.Nodes.Values)
                {
                    Assert.Equal("v" + i, await node.GetAsync("app-" + i, "key"));
                }
            }
        });
    }

    [Fact]
    public void A_scan_is_continued_on_another_node_and_on_one_that_began_anew()
    {
        var sim = new ClusterSim();
        sim.Run(async () =>
        {
            for (var i = 0; i < 9; i++)
            {
                await sim.Nodes[1].SetAsync("app", "key_" + i, "v");
            }

            var keys = new List<string>();
            string? next = null;
            for (var page = 0; page < 9; page++)
            {
                var node = sim.Nodes[(uint)(page % 3) + 1];
                var scan = new KvScan { Range = KvRange.Prefix("key_", 2), Continuation = next };
                var found = await node.On(async () => await node.Store("app").ScanAsync(scan));
                keys.AddRange(found.Entries.Select(entry => entry.Key.ToString()));
                next = found.Continuation;
                if (next is null)
                {
                    break;
                }

                var victim = (uint)((page + 1) % 3) + 1;
                sim.Crash(victim);
                await sim.BootAsync(victim);
                await sim.ConvergedAsync();
            }

            Assert.Equal(Enumerable.Range(0, 9).Select(i => "key_" + i), keys);
            var forged = new KvScan { Range = KvRange.Prefix("key_", 2), Continuation = "AgAAAAA" };
            var refused = await Assert.ThrowsAsync<StorageException>(() =>
                sim.Nodes[2].On(async () => await sim.Nodes[2].Store("app").ScanAsync(forged))
            );
            Assert.Equal(StorageError.TokenInvalid, refused.Error);
        });
    }

    [Fact]
    public void What_a_key_sets_off_runs_where_the_key_is_at_home()
    {
        var sim = new ClusterSim();
        sim.App("shop")
            .Function(
                "seen",
                f => f.Reads("order_{}").OnSet("order_{}").Writes("seen_{}"),
                call => call.SetAsync("seen_" + call.Text[6..], "yes")
            );
        sim.Run(async () =>
        {
            var home = sim.HomeOf("shop");
            foreach (var node in sim.Nodes.Values)
            {
                await node.SetAsync("shop", "order_" + node.Id, "x");
            }

            await sim.DrainedAsync();
            await sim.UntilAsync(() => sim.Attempts.Count == 3);
            Assert.All(sim.Attempts, attempt => Assert.Equal(home, attempt.Node));
            foreach (var node in sim.Nodes.Values)
            {
                Assert.Equal("yes", await node.GetAsync("shop", "seen_" + node.Id));
            }
        });
    }

    [Fact]
    public void A_call_with_keys_runs_at_home_whoever_takes_it()
    {
        var sim = new ClusterSim();
        sim.App("counter")
            .Answers(
                "add",
                f => f.Reads("count").Writes("count"),
                async call =>
                {
                    var next = int.Parse(await call.GetAsync("count") ?? "0") + 1;
                    await call.SetAsync("count", next.ToString());
                    return InvocationResult.Completed(
                        System.Text.Encoding.UTF8.GetBytes(next.ToString()),
                        "text/plain"
                    );
                }
            );
        sim.Run(async () =>
        {
            var calls = Enumerable
                .Range(0, 30)
                .Select(i => sim.Nodes[(uint)(i % 3) + 1].CallAsync("counter/add"));
            var answers = await Task.WhenAll(calls);
            Assert.All(answers, answer => Assert.True(answer.IsCompleted, answer.Error));
            Assert.Equal(
                Enumerable.Range(1, 30),
                answers.Select(answer => int.Parse(answer.Text)).Order()
            );
            Assert.All(answers, answer => Assert.Equal("text/plain", answer.ContentType));
            var home = sim.HomeOf("counter");
            Assert.All(sim.Attempts, attempt => Assert.Equal(home, attempt.Node));
        });
    }

    [Fact]
    public void A_function_without_keys_runs_where_it_is_called()
    {
        var sim = new ClusterSim();
        sim.App("echo").Function("say", null, _ => Task.CompletedTask);
        sim.Scheduler = new CallerFirst();
        sim.Run(async () =>
        {
            foreach (var node in sim.Nodes.Values)
            {
                Assert.True((await node.CallAsync("echo/say")).IsCompleted);
                Assert.Equal(node.Id, sim.Attempts[^1].Node);
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(3_000_000)]
    public void Payload_and_answer_come_through_whole_whatever_their_length(int length)
    {
        var sim = new ClusterSim();
        sim.App("keeper")
            .Answers(
                "keep",
                f => f.Reads("k"),
                call =>
                    ValueTask.FromResult(
                        InvocationResult.Completed(
                            System.Text.Encoding.UTF8.GetBytes(call.Text + "!")
                        )
                    )
            );
        sim.Run(async () =>
        {
            var payload = new string('a', length - 1) + "z";
            var node = sim.Other(sim.HomeOf("keeper"));
            var answer = await node.CallAsync("keeper/keep", payload);
            Assert.True(answer.IsCompleted, answer.Error);
            Assert.Equal(payload + "!", answer.Text);
        });
    }

    [Fact]
    public void A_function_calls_another_one_that_is_at_home_elsewhere()
    {
        var sim = new ClusterSim();
        foreach (var name in Names)
        {
            sim.App(name)
                .Answers(
                    "next",
                    f => f.Rpc().Reads("k_{}").Writes("k_{}"),
                    async call =>
                    {
                        await call.SetAsync("k_1", call.Text);
                        var at = Array.IndexOf(Names, call.Invocation.Address.App);
                        return at + 1 == Names.Length
                            ? InvocationResult.Completed("end"u8.ToArray())
                            : await call.CallAsync(Names[at + 1] + "/next", call.Text + at);
                    }
                );
        }

        sim.Run(async () =>
        {
            var answer = await sim.Nodes[1].CallAsync(Names[0] + "/next", "x");
            Assert.True(answer.IsCompleted, answer.Error);
            Assert.Equal("end", answer.Text);
            Assert.True(sim.Attempts.Select(attempt => attempt.Node).Distinct().Count() > 1);
            Assert.Equal("x0123456", await sim.Nodes[2].GetAsync(Names[7], "k_1"));
        });
    }

    [Fact]
    public void A_cascade_over_many_nodes_is_waited_for_to_its_end()
    {
        var sim = new ClusterSim(nodes: 4);
        Chain(sim);
        sim.Run(async () =>
        {
            foreach (var node in sim.Nodes.Values)
            {
                var answer = await node.CallAsync("chain/start", "40", cascade: true);
                Assert.True(answer.IsCompleted, answer.Error);
                Assert.True(answer.Cascade!.IsFinished);
                Assert.Equal(42, answer.Cascade.Invocations);
                Assert.Equal(42, answer.Cascade.LongestChain);
                Assert.Equal(0, answer.Cascade.Failures);
            }

            Assert.Equal(4, sim.Attempts.Select(attempt => attempt.Node).Distinct().Count());
        });
    }

    [Fact]
    public void Keys_of_a_node_that_is_away_are_unavailable_and_nothing_else_is()
    {
        var sim = new ClusterSim();
        sim.Run(async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                await sim.Nodes[1].SetAsync("app-" + i, "key", "v");
            }

            sim.Crash(2);
            var away = 0;
            for (var i = 0; i < 12; i++)
            {
                var app = "app-" + i;
                if (sim.HomeOf(app) != 2)
                {
                    Assert.Equal("v", await sim.Nodes[1].GetAsync(app, "key"));
                    continue;
                }

                away++;
                var failure = await Assert.ThrowsAsync<StorageException>(() =>
                    sim.Nodes[1].GetAsync(app, "key")
                );
                Assert.Equal(StorageError.Unavailable, failure.Error);
                var written = await sim.Nodes[1].SetAsync(app, "key", "w");
                Assert.Equal(CommitRejection.Unavailable, written.Rejection);
            }

            Assert.InRange(away, 1, 11);
            await sim.BootAsync(2);
            for (var i = 0; i < 12; i++)
            {
                Assert.Equal("v", await sim.Nodes[3].GetAsync("app-" + i, "key"));
            }
        });
    }

    [Fact]
    public void Events_on_their_way_between_nodes_survive_the_death_of_either()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var sim = new ClusterSim(seed, nodes: 3);
            Chain(sim);
            sim.Run(async () =>
            {
                var answer = await sim.Nodes[1].CallAsync("chain/start", "60", partition: "60");
                Assert.True(answer.IsCompleted, answer.Error);
                for (var crash = 0; crash < 3; crash++)
                {
                    await sim.Loop.DelayAsync(sim.Loop.Random.NextDouble() * 0.05);
                    var victim = (uint)sim.Loop.Random.Next(1, 4);
                    sim.Crash(victim);
                    await sim.Loop.DelayAsync(sim.Loop.Random.NextDouble());
                    await sim.BootAsync(victim);
                }

                for (var i = 0; i <= 60; i++)
                {
                    var key = "done_" + i;
                    var value = default(string);
                    for (var tries = 0; value is null && tries < 100; tries++)
                    {
                        value = await sim.Nodes[1].GetAsync("chain", key);
                        await sim.Loop.DelayAsync(0.1);
                    }

                    // Written in the function's own commit: once, however often it ran.
                    Assert.Equal("1", value);
                }
            });
        }
    }

    private static string[] Names { get; } =
    ["a-0", "b-1", "c-2", "d-3", "e-4", "f-5", "g-6", "h-7"];

    /// <summary>
    /// A chain of messages, each handled in another partition: n, n - 1, ... 0. Each one counts
    /// how often its effect has happened.
    /// </summary>
    private static void Chain(ClusterSim sim)
    {
        var app = sim.App("chain");
        app.Partitions = 16;
        foreach (var name in (string[])["start", "link"])
        {
            app.Function(
                name,
                f => f.Rpc().OnMessage().Sends("chain/link").Reads("done_{}").Writes("done_{}"),
                async call =>
                {
                    var left = int.Parse(call.Text);
                    var batch = new KvBatch();
                    if (call.Invocation.Trigger != TriggerKind.Host || name == "link")
                    {
                        var before = int.Parse(await call.GetAsync("done_" + left) ?? "0");
                        batch.Set(
                            "done_" + left,
                            System.Text.Encoding.UTF8.GetBytes((before + 1).ToString())
                        );
                    }

                    if (left > 0 || name == "start")
                    {
                        var next = name == "start" ? left : left - 1;
                        batch.Enqueue(
                            "chain/link",
                            System.Text.Encoding.UTF8.GetBytes(next.ToString()),
                            new MessageOptions { PartitionKey = next.ToString() }
                        );
                    }

                    await call.CommitAsync(batch);
                }
            );
        }
    }
}
