using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>
/// A function's own conditions: their answer is the function's to handle, and what it relied on
/// still holds when it commits.
/// </summary>
public sealed class BatchConditionTests
{
    private readonly Sim _sim = new();
    private readonly List<CommitResult> _results = [];
    private int _runs;

    [Fact]
    public void A_condition_that_does_not_hold_is_a_result_and_drops_its_batch_alone()
    {
        Add(async call =>
        {
            await call.SetAsync("k_b", "kept");
            _results.Add(
                await call.CommitAsync(
                    new KvBatch().RequirePresent("k_b").RequireAbsent("k_a").Set("k_a", "mine"u8)
                )
            );
        });

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("k_a", "taken");
            Assert.True((await node.CallAsync("app/run")).IsCompleted);

            var result = Assert.Single(_results);
            Assert.Equal(CommitStatus.ConditionFailed, result.Status);
            Assert.Equal(1, result.FailedCondition);
            Assert.Equal("taken", await node.Store("app").GetTextAsync("k_a"));
            Assert.Equal("kept", await node.Store("app").GetTextAsync("k_b"));
        });
    }

    [Fact]
    public void Conditions_see_what_the_function_has_written()
    {
        Add(async call =>
        {
            await call.SetAsync("k_a", "x");
            await call.DeleteAsync("k_b");
            _results.Add(await call.CommitAsync(new KvBatch().RequirePresent("k_a")));
            _results.Add(await call.CommitAsync(new KvBatch().RequireAbsent("k_b")));
            _results.Add(await call.CommitAsync(new KvBatch().RequireAbsent("k_a")));
            _results.Add(await call.CommitAsync(new KvBatch().RequireRevision("k_a", 1)));
        });

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("k_b", "x");
            await node.CallAsync("app/run");

            Assert.Equal([true, true, false, false], _results.Select(r => r.IsCommitted));
        });
    }

    [Fact]
    public void Two_that_claim_the_same_key_do_not_both_get_it()
    {
        Add(async call =>
        {
            var claim = new KvBatch().RequireAbsent("k_a").Set("k_a", "x"u8);
            var result = await call.CommitAsync(claim);
            await _sim.DelayAsync(50);
            await call.SetAsync(call.Text, result.IsCommitted ? "won" : "lost");
        });

        Tell(async node =>
        {
            await Task.WhenAll(
                node.CallAsync("app/run", "k_1").AsTask(),
                node.CallAsync("app/run", "k_2").AsTask()
            );

            var store = node.Store("app");
            var ends = new[] { await store.GetTextAsync("k_1"), await store.GetTextAsync("k_2") };
            Assert.Equal(["lost", "won"], ends.Order(StringComparer.Ordinal));
            Assert.Equal(3, _runs);
        });
    }

    [Fact]
    public void A_condition_of_presence_is_no_condition_on_the_value()
    {
        Add(async call =>
        {
            await call.CommitAsync(new KvBatch().RequirePresent("k_a").Set("k_b", "x"u8));
            await _sim.DelayAsync(100);
        });

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("k_a", "old");
            var running = node.CallAsync("app/run").AsTask();
            await _sim.DelayAsync(50);
            await node.Store("app").SetTextAsync("k_a", "new");

            Assert.True((await running).IsCompleted);
            Assert.Equal(1, _runs);
        });
    }

    [Fact]
    public void A_conditional_delete_deletes_the_revision_that_it_names_and_no_other()
    {
        Add(async call =>
        {
            var right = await call.Host.GetAsync(
                "k_a",
                new System.Buffers.ArrayBufferWriter<byte>(),
                call.Cancellation
            );
            await call.CommitAsync(
                new KvBatch()
                    .DeleteIfRevision("k_a", right.Number)
                    .DeleteIfRevision("k_b", right.Number)
            );
            Assert.Equal(["k_b"], await call.ScanAsync("k_"));
        });

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("k_a", "x");
            await node.Store("app").SetTextAsync("k_b", "x");
            var result = await node.CallAsync("app/run");

            Assert.True(result.IsCompleted, result.Error);
            Assert.Null(await node.Store("app").GetTextAsync("k_a"));
            Assert.Equal("x", await node.Store("app").GetTextAsync("k_b"));
        });
    }

    private void Add(Func<ScriptCall, Task> script) =>
        _sim.App("app")
            .Function(
                "run",
                f => f.Post().Reads("k_{}").Writes("k_{}").Deletes("k_{}"),
                call =>
                {
                    _runs++;
                    return script(call);
                }
            );

    private void Tell(Func<SimNode, Task> story) =>
        _sim.Run(async () => await story(await _sim.BootAsync()));
}
