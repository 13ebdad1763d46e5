using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Dead letters are found, run again, dropped, and do not pile up.</summary>
public sealed class DeadLetterTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _ran = [];
    private bool _healthy;

    public DeadLetterTests()
    {
        _sim.App("app")
            .Function("on", f => f.OnSet("in_{}").Writes("out_{}").Retry(attempts: 2), RunAsync)
            .Function("other", f => f.OnSet("else_{}").Retry(attempts: 1), RunAsync);
    }

    private async Task RunAsync(ScriptCall call)
    {
        if (!_healthy)
        {
            throw new InvalidOperationException($"no {call.Text}");
        }

        Assert.Equal(1, call.Invocation.Attempt);
        _ran.Add($"{call.Text} {call.Invocation.EventId}");
        if (call.Text.StartsWith("in_", StringComparison.Ordinal))
        {
            await call.SetAsync($"out_{call.Text[3..]}", "x");
        }
    }

    private async Task<SimNode> WithDeadLettersAsync(int count)
    {
        var node = await _sim.BootAsync();
        for (var i = 0; i < count; i++)
        {
            await node.Store("app").SetTextAsync($"in_{i}", "x");
        }

        await node.Store("app").SetTextAsync("else_1", "x");
        await node.DrainedAsync("app");
        return node;
    }

    [Fact]
    public void They_are_listed_in_pages_and_by_what_they_are() =>
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(5);
            var letters = node.Node.DeadLetters;
            var first = await letters.ListAsync(new() { App = "app", Limit = 4 });
            var rest = await letters.ListAsync(new() { After = first.Next, Limit = 4 });
            var all = first.Letters.Concat(rest.Letters).ToList();

            Assert.Null(rest.Next);
            Assert.Equal(6, all.Count);
            Assert.Equal(
                ["in_0", "in_1", "in_2", "in_3", "in_4", "else_1"],
                all.Select(letter => letter.Key.ToString())
            );
            Assert.All(all, letter => Assert.False(letter.IsParked));
            Assert.Equal(ErrorClass.Failed, all[0].Error);
            Assert.Equal(2, all[0].Record.Errors.Length);
            Assert.Single((await letters.ListAsync(new() { Function = "other" })).Letters);
            var byKey = new DeadLetterQuery { KeyPrefix = "in_3" };
            Assert.Single((await letters.ListAsync(byKey)).Letters);
            var byError = new DeadLetterQuery { Error = ErrorClass.TimedOut };
            Assert.Empty((await letters.ListAsync(byError)).Letters);
            Assert.Empty((await letters.ListAsync(new() { App = "nobody" })).Letters);
            var old = new DeadLetterQuery { OlderThan = TimeSpan.FromHours(1) };
            Assert.Empty((await letters.ListAsync(old)).Letters);
            await _sim.DelayAsync(1_000);
            old = new DeadLetterQuery { OlderThan = TimeSpan.FromSeconds(1) };
            Assert.Equal(6, (await letters.ListAsync(old)).Letters.Count);
            Assert.Empty((await letters.ListAsync(new() { Parked = true })).Letters);
            var most = new DeadLetterQuery { Limit = DeadLetterQuery.PageMax };
            Assert.Equal(6, (await letters.ListAsync(most)).Letters.Count);
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
                await letters.ListAsync(most with { Limit = DeadLetterQuery.PageMax + 1 })
            );
        });

    [Fact]
    public void A_replay_runs_the_event_once_with_all_its_attempts_and_its_identity() =>
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(1);
            var letters = node.Node.DeadLetters;
            var letter = (await letters.ListAsync(new() { Function = "on" })).Letters.Single();
            _healthy = true;
            var replayed = await Task.WhenAll(
                letters.ReplayAsync(letter.Id).AsTask(),
                letters.ReplayAsync(letter.Id).AsTask()
            );
            await node.DrainedAsync("app");

            Assert.Single(replayed, done => done);
            Assert.Equal([$"in_0 {letter.Event}"], _ran);
            Assert.Null(await letters.FindAsync(letter.Id));
            Assert.Equal("x", await node.Store("app").GetTextAsync("out_0"));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });

    [Fact]
    public void A_replay_that_fails_is_a_dead_letter_again_with_its_whole_history() =>
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(1);
            var letters = node.Node.DeadLetters;
            var query = new DeadLetterQuery { Function = "on" };
            var before = (await letters.ListAsync(query)).Letters.Single();
            Assert.Equal(1, await letters.ReplayAllAsync(query));
            await node.DrainedAsync("app");

            var after = (await letters.ListAsync(query)).Letters.Single();
            Assert.Equal(before.Event, after.Event);
            Assert.Equal([1, 2, 1, 2], after.Record.Errors.Select(error => error.Attempt));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_crash_around_a_replay_neither_loses_nor_doubles_the_event(bool written) =>
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(3);
            _healthy = true;
            if (written)
            {
                node.Engine.CrashAfter = (_, commit) => commit.EventCount > 0;
            }
            else
            {
                node.Engine.CrashBefore = (_, commit) => commit.EventCount > 0;
            }

            _ = node.Node.DeadLetters.ReplayAllAsync(new() { Function = "on" }).AsTask();
            await _sim.UntilAsync(() => node.IsDead);
            node = await _sim.BootAsync();
            await node.DrainedAsync("app");
            var left = await node.DeadAsync("app", "on");

            Assert.Equal(written ? 0 : 3, left.Count);
            Assert.Equal(3, left.Count + _ran.Count);
            await node.Node.DeadLetters.ReplayAllAsync(new() { App = "app" });
            await node.DrainedAsync("app");
            Assert.Equal(4, _ran.Distinct().Count());
            Assert.Equal(4, _ran.Count);
        });

    [Fact]
    public void What_is_dropped_is_gone_and_the_rest_stays() =>
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(3);
            var letters = node.Node.DeadLetters;
            var first = (await letters.ListAsync(new() { Function = "on" })).Letters[0];
            Assert.True(await letters.DropAsync(first.Id));
            Assert.False(await letters.DropAsync(first.Id));
            Assert.False(await letters.ReplayAsync(first.Id));
            Assert.Equal(1, await letters.DropAllAsync(new() { Function = "other" }));
            Assert.Equal(2, (await letters.ListAsync(new())).Letters.Count);
        });

    [Fact]
    public void They_expire_after_their_retention_also_after_a_restart()
    {
        _sim.Settings = new() { DeadLetters = new() { Retention = TimeSpan.FromSeconds(20) } };
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(3);
            Assert.Equal(4, (await node.Node.DeadLetters.ListAsync(new())).Letters.Count);
            node.Crash();
            node = await _sim.BootAsync();
            await _sim.DelayAsync(10_000);
            Assert.Equal(4, (await node.Node.DeadLetters.ListAsync(new())).Letters.Count);
            await _sim.DelayAsync(12_000);
            Assert.Empty((await node.Node.DeadLetters.ListAsync(new())).Letters);
            Assert.Empty(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void Of_too_many_the_oldest_go()
    {
        _sim.Settings = new() { DeadLetters = new() { PerAppMax = 5 } };
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(20);
            await _sim.DelayAsync(1_000);
            var left = (await node.Node.DeadLetters.ListAsync(new())).Letters;

            Assert.Equal(5, left.Count);
            var newest = left.Min(letter => letter.FailedMs);
            Assert.True(newest > left.Max(letter => letter.Record.CreatedMs) - 60_000);
            Assert.Equal(5, node.Node.Pump.DeadLetters.Depths().Single().Count);
        });
    }

    [Fact]
    public void A_store_that_refuses_leaves_everything_as_it_was() =>
        _sim.Run(async () =>
        {
            var node = await WithDeadLettersAsync(2);
            var letters = node.Node.DeadLetters;
            node.Engine.Fault = (_, _) =>
                CommitResult.Rejected(CommitRejection.StorageFull, "simulated");
            var id = (await letters.ListAsync(new())).Letters[0].Id;
            await Assert.ThrowsAsync<StorageException>(async () => await letters.ReplayAsync(id));
            await Assert.ThrowsAsync<StorageException>(async () => await letters.DropAsync(id));
            node.Engine.Fault = null;
            Assert.Equal(3, (await letters.ListAsync(new())).Letters.Count);
            Assert.Equal(0, node.Node.Backlog.Of("app"));
        });

    [Fact]
    public void An_id_survives_its_text_and_other_text_is_none()
    {
        var id = new DeadLetterId(new PartitionId("my-app", 3), "fn.x", 128, 42, 7);
        Assert.True(DeadLetterId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
        string[] bad = ["", "a:b", "a:0:f:128:1", ":0:f:1:1:1", "a:256:f:1:1:1", "a:0:f:x:1:1"];
        Assert.All(bad, text => Assert.False(DeadLetterId.TryParse(text, out _)));
        Assert.False(DeadLetterId.TryParse(null, out _));
    }
}
