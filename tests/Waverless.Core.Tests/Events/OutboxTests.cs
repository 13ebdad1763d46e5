using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Events between partitions: each arrives once, whatever is interrupted (SEMANTICS §2).</summary>
public sealed class OutboxTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _copied = [];

    [Fact]
    public void An_event_for_another_app_arrives_once_and_names_the_key_so_that_it_can_be_read()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("source").SetTextAsync("in_1", "hello");
            await node.Store("source").SetTextAsync("secret_1", "hello");
            await _sim.UntilAsync(() => _copied.Count == 1);
            await node.DrainedAsync("source", "target");

            Assert.Equal(["@source/in_1 hello [@source/in_1]"], _copied);
            Assert.Equal(0, await node.StoredEventsAsync("source"));
            Assert.Equal(0, await node.StoredEventsAsync("target"));
        });
    }

    [Fact]
    public void Events_for_another_app_keep_the_order_of_their_key()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 600; i++)
            {
                await node.Store("source").SetTextAsync("in_1", $"{i}");
            }

            await _sim.UntilAsync(() => _copied.Count == 600);
            var ids = _seen.Select(id => id.Revision).ToList();
            Assert.Equal(ids.Order(), ids);
            Assert.All(_seen, id => Assert.Equal("source", id.Source.App));
        });
    }

    [Theory]
    [InlineData("accept", true)]
    [InlineData("accept", false)]
    [InlineData("sent", true)]
    [InlineData("sent", false)]
    public void A_crash_between_accepting_and_marking_as_sent_delivers_once(string at, bool after)
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            bool Hits(PartitionId _, Commit commit) => Has(commit, at);
            node.Engine.CrashAfter = after ? Hits : null;
            node.Engine.CrashBefore = after ? null : Hits;
            var batch = new KvBatch().Set("in_1", "x"u8).Set("in_2", "x"u8);
            await node.Store("source").CommitAsync(batch);
            await _sim.UntilAsync(() => node.IsDead);

            node = await _sim.BootAsync();
            await _sim.UntilAsync(() => _copied.Count >= 2);
            await node.DrainedAsync("source", "target");
            await _sim.DelayAsync(1_000);

            Assert.Equal(2, _copied.Count);
            Assert.Equal(2, _copied.Distinct().Count());
            Assert.Equal(0, await node.StoredEventsAsync("source"));
        });
    }

    [Fact]
    public void A_target_that_refuses_for_a_while_gets_everything_in_the_end()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var refusals = 0;
            node.Engine.Fault = (p, _) =>
                p.App == "target" && ++refusals <= 5
                    ? CommitResult.Rejected(CommitRejection.StorageFull, "simulated")
                    : null;
            node.Engine.Throws = (p, _) => p.App == "target" && ++refusals is 3 or 4;
            await node.Store("source").SetTextAsync("in_1", "x");
            await _sim.UntilAsync(() => _copied.Count == 1);
            await node.DrainedAsync("target");

            Assert.Equal(0, await node.StoredEventsAsync("source"));
        });
    }

    [Fact]
    public void A_cascade_goes_on_through_the_outbox()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("source/start", cascade: true);

            Assert.True(result.Cascade!.IsFinished);
            Assert.Equal(3, result.Cascade.Invocations);
            Assert.Equal(2, result.Cascade.LongestChain);
        });
    }

    private readonly List<EventId> _seen = [];

    private void AddApps()
    {
        _sim.App("source")
            .Share("target", "in_{}", KeyOperations.Get)
            .Function(
                "start",
                f => f.Post().Writes("in_{}"),
                call => call.CommitAsync(new KvBatch().Set("in_1", "x"u8).Set("in_2", "x"u8))
            );
        _sim.App("target")
            .Function(
                "copy",
                f => f.OnSet("@source/in_{}").Reads("@source/in_{}"),
                async call =>
                {
                    Assert.Equal(TriggerKind.KeySet, call.Invocation.Trigger);
                    var value = await call.GetAsync(call.Text);
                    var all = await call.ScanAsync("@source/in_");
                    _seen.Add(call.Invocation.EventId);
                    _copied.Add($"{call.Text} {value} [{string.Join(' ', all)}]");
                }
            );
    }

    private static bool Has(Commit commit, string what)
    {
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Tag == (what == "accept" ? CommitTag.Accept : CommitTag.Sent))
            {
                return true;
            }
        }

        return false;
    }
}
