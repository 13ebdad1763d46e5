using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Apps of several partitions: keys spread, events stay at home (SEMANTICS §2).</summary>
public sealed class PartitionTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void Keys_and_their_events_live_in_the_partition_of_their_placeholder()
    {
        var homes = new Dictionary<string, int>();
        AddApp(CommitMode.Immediate)
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("in_{}"),
                call =>
                {
                    homes[call.Text] = call.Invocation.Home.Number;
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 100; i++)
            {
                await node.Store("app").SetTextAsync($"in_{i}", "x");
            }

            await node.DrainedAsync("app");

            Assert.Equal(100, homes.Count);
            Assert.Equal([0, 1, 2, 3], homes.Values.Distinct().Order());
            foreach (var (key, home) in homes)
            {
                var page = await node.Store("app").ScanAsync(KvRange.Prefix(key), home);
                Assert.Contains(page.Entries, entry => entry.Key.ToString() == key);
            }
        });
    }

    [Fact]
    public void An_atomic_write_to_another_partition_is_refused_with_both_named()
    {
        AddApp(CommitMode.Atomic);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var refused = 0;
            for (var i = 0; i < 20; i++)
            {
                var result = await node.CallAsync("app/put", $"in_{i}");
                if (result.IsCompleted)
                {
                    Assert.Equal("x", await node.Store("app").GetTextAsync($"in_{i}"));
                    continue;
                }

                refused++;
                Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
                Assert.Matches("app#0 and app#[123]; expected one partition", result.Error);
                Assert.Null(await node.Store("app").GetTextAsync($"in_{i}"));
            }

            Assert.InRange(refused, 1, 19);
        });
    }

    [Fact]
    public void A_partition_key_chooses_the_home()
    {
        AddApp(CommitMode.Atomic);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 20; i++)
            {
                var request = new InvocationRequest("app/put", Payload.FromText($"in_{i}"))
                {
                    PartitionKey = $"{i}",
                };
                var result = await node.Node.Invoker.InvokeAsync(request);
                Assert.True(result.IsCompleted, result.Error);
            }
        });
    }

    [Fact]
    public void A_host_batch_over_partitions_is_refused_with_both_named()
    {
        AddApp(CommitMode.Immediate);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 20; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            var result = await node.Store("app").CommitAsync(batch);

            Assert.Equal(CommitRejection.CrossPartition, result.Rejection);
            Assert.Matches("app#[0-3] and app#[0-3]", result.Reason);
        });
    }

    private TestApp AddApp(CommitMode commit)
    {
        var app = _sim.App("app");
        app.Partitions = 4;
        return app.Function(
            "put",
            f => f.Post().Writes("in_{}").Commit(commit),
            call => call.SetAsync(call.Text, "x")
        );
    }
}
