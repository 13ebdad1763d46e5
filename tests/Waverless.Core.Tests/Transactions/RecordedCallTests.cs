using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime.Managed;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>Calls of other functions happen once, however often the caller runs.</summary>
public sealed class RecordedCallTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _called = [];
    private int _callerRuns;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rerun_gets_the_recorded_answer(bool isEvent)
    {
        AddCallee(CommitMode.Atomic);
        AddCaller(
            f => isEvent ? f.OnSet("in") : f.Post(),
            async call =>
            {
                var answer = await call.CallAsync("app/callee", "x");
                await call.GetAsync("k");
                await _sim.DelayAsync(100);
                await call.SetAsync("out", answer.Text);
            }
        );

        Tell(async node =>
        {
            var store = node.Store("app");
            var running = isEvent
                ? store.SetTextAsync("in", "x").AsTask()
                : (Task)node.CallAsync("app/caller").AsTask();
            await _sim.DelayAsync(50);
            await store.SetTextAsync("k", "changed");
            await running;
            await node.DrainedAsync("app");

            Assert.Equal(2, _callerRuns);
            Assert.Equal(["x"], _called);
            Assert.Equal("answer to x", await store.GetTextAsync("out"));
            Assert.Empty(await RecordsAsync(node));
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic, "app", 1)]
    [InlineData(CommitMode.Immediate, "app", 1)]
    [InlineData(CommitMode.Atomic, "other", 1)]
    public void A_later_attempt_of_the_event_gets_it_too(CommitMode mode, string app, int calls)
    {
        AddCaller(
            f => f.OnSet("in"),
            async call =>
            {
                var answer = await call.CallAsync($"{app}/callee", "x");
                if (call.Invocation.Attempt < 3)
                {
                    await _sim.DelayAsync(1_000);
                    throw new IOException("not yet");
                }

                await call.SetAsync("out", answer.Text);
            }
        );
        AddCallee(mode, app);

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("in", "x");
            await _sim.DelayAsync(500);
            Assert.Single(await RecordsAsync(node));
            await node.DrainedAsync("app");

            Assert.Equal(3, _callerRuns);
            Assert.Equal(calls, _called.Count);
            Assert.Equal("answer to x", await node.Store("app").GetTextAsync("out"));
            Assert.Empty(await RecordsAsync(node));
        });
    }

    [Theory]
    [InlineData(23, 1)]
    [InlineData(25, 2)]
    public void An_answer_is_recorded_for_a_day(int hoursDown, int calls)
    {
        AddCallee(CommitMode.Atomic);
        AddCaller(
            f => f.OnSet("in"),
            async call =>
            {
                var answer = await call.CallAsync("app/callee", "x");
                await _sim.DelayAsync(_callerRuns == 1 ? 20_000 : 0);
                await call.SetAsync("out", answer.Text);
            }
        );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in", "x");
            await _sim.DelayAsync(1_000);
            node.Crash();
            _sim.Time.Advance(TimeSpan.FromHours(hoursDown));

            node = await _sim.BootAsync();
            await node.DrainedAsync("app");
            Assert.Equal(calls, _called.Count);
            Assert.Equal("answer to x", await node.Store("app").GetTextAsync("out"));
        });
    }

    [Fact]
    public void A_crash_after_the_call_does_not_repeat_it()
    {
        AddCallee(CommitMode.Atomic);
        AddCaller(
            f => f.OnSet("in"),
            async call =>
            {
                var answer = await call.CallAsync("app/callee", "x");
                await _sim.DelayAsync(_callerRuns == 1 ? 20_000 : 0);
                await call.SetAsync("out", answer.Text);
            }
        );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in", "x");
            await _sim.DelayAsync(1_000);
            node.Crash();

            node = await _sim.BootAsync();
            await node.DrainedAsync("app");
            Assert.Equal(["x"], _called);
            Assert.Equal("answer to x", await node.Store("app").GetTextAsync("out"));
        });
    }

    [Fact]
    public void A_crash_between_any_two_commits_leaves_one_effect_of_the_callee()
    {
        for (var commits = 1; commits <= 6; commits++)
        {
            foreach (var isBefore in new[] { true, false })
            {
                OneEffectDespiteACrash(commits, isBefore);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rerun_that_calls_otherwise_fails(bool isEvent)
    {
        AddCallee(CommitMode.Atomic);
        AddCaller(
            f => isEvent ? f.OnSet("in") : f.Post(),
            async call =>
            {
                await call.CallAsync("app/callee", $"run {_callerRuns}");
                await call.GetAsync("k");
                await _sim.DelayAsync(100);
                await call.SetAsync("out", "x");
            }
        );

        Tell(async node =>
        {
            var store = node.Store("app");
            if (isEvent)
            {
                await store.SetTextAsync("in", "x");
            }

            var running = isEvent ? null : node.CallAsync("app/caller").AsTask();
            await _sim.DelayAsync(50);
            await store.SetTextAsync("k", "changed");
            if (running is null)
            {
                await node.DrainedAsync("app");
                var dead = Assert.Single(await node.DeadAsync("app", "caller"));
                Assert.Contains("Diverged", dead.LastError, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal(InvocationStatus.Diverged, (await running).Status);
            }

            Assert.Single(_called);
            Assert.Null(await store.GetTextAsync("out"));
        });
    }

    [Fact]
    public void What_failed_is_called_again_and_what_is_too_long_as_well()
    {
        var fails = true;
        _sim.App("app")
            .Answers(
                "callee",
                f => f.Rpc(),
                call =>
                {
                    _called.Add(call.Text);
                    var length = call.Text == "long" ? TransactionLimits.AnswerBytesMax + 1 : 1;
                    return new(
                        fails
                            ? InvocationResult.Fail(InvocationStatus.Failed, "not yet")
                            : InvocationResult.Completed(new byte[length])
                    );
                }
            );
        AddCaller(
            f => f.OnSet("in"),
            async call =>
            {
                var first = await call.CallAsync("app/callee", "short");
                fails = false;
                var second = await call.CallAsync("app/callee", "long");
                if (!first.IsCompleted || !second.IsCompleted || call.Invocation.Attempt < 3)
                {
                    throw new IOException("again");
                }
            }
        );

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("in", "x");
            await node.DrainedAsync("app");

            Assert.Equal(["short", "long", "short", "long", "long"], _called);
        });
    }

    [Fact]
    public void A_run_calls_a_thousand_times_at_most()
    {
        AddCallee(CommitMode.Atomic);
        AddCaller(
            f => f.Post(),
            async call =>
            {
                for (var i = 0; i <= TransactionLimits.CallsMax; i++)
                {
                    await call.CallAsync("app/callee", "x");
                }
            }
        );

        Tell(async node =>
        {
            var result = await node.CallAsync("app/caller");
            Assert.Equal(InvocationStatus.TooLarge, result.Status);
            Assert.Equal(TransactionLimits.CallsMax, _called.Count);
        });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    public void A_record_says_what_was_answered(string? type)
    {
        var hash = CallLog.HashOf(FunctionAddress.Parse("a/b"), Payload.FromText("x"));
        var call = new RecordedCall(hash, InvocationResult.Completed("body"u8.ToArray(), type));
        var read = RecordedCall.Decode(call.Encode());

        Assert.Equal(hash, read!.Hash);
        Assert.Equal("body", read.Answer!.Value.Text);
        Assert.Equal(type, read.Answer.Value.ContentType);
        Assert.Null(RecordedCall.Decode((call with { Answer = null }).Encode())!.Answer);
    }

    [Fact]
    public void What_is_no_record_is_none()
    {
        var call = new RecordedCall(new byte[RecordedCall.HashBytes], null).Encode();
        Assert.Null(RecordedCall.Decode([]));
        Assert.Null(RecordedCall.Decode(call.AsSpan(1)));
        Assert.Null(RecordedCall.Decode(call.AsSpan(0, call.Length - 1)));
    }

    private void OneEffectDespiteACrash(int commits, bool isBefore)
    {
        var sim = new Sim(commits);
        sim.App("app")
            .Function(
                "caller",
                f => f.OnSet("in").Writes("out"),
                async call =>
                {
                    var answer = await call.CallAsync("app/callee");
                    Assert.True(answer.IsCompleted, answer.Error);
                    await call.SetAsync("out", "x");
                }
            )
            .Function(
                "callee",
                f => f.Rpc().Reads("sum").Writes("sum"),
                async call =>
                {
                    var sum = int.Parse(await call.GetAsync("sum") ?? "0");
                    await call.SetAsync("sum", $"{sum + 1}");
                }
            );
        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            var left = commits;
            Func<PartitionId, Commit, bool> crash = (_, _) => --left == 0;
            node.Engine.CrashBefore = isBefore ? crash : null;
            node.Engine.CrashAfter = isBefore ? null : crash;
            var setting = node.Store("app").SetTextAsync("in", "x").AsTask();
            await Task.WhenAny(sim.UntilAsync(() => node.IsDead), sim.DelayAsync(5_000));
            node.Crash();

            node = await sim.BootAsync();
            if (!setting.IsCompleted)
            {
                await node.Store("app").SetTextAsync("in", "x");
            }

            await node.DrainedAsync("app");
            Assert.Equal("x", await node.Store("app").GetTextAsync("out"));
            var sum = await node.Store("app").GetTextAsync("sum");
            Assert.Equal(setting.IsCompleted || isBefore || commits > 1 ? "1" : "2", sum);
        });
    }

    private void AddCallee(CommitMode mode, string app = "app") =>
        (_sim.Apps.Find(known => known.Name == app) ?? _sim.App(app)).Answers(
            "callee",
            f => f.Rpc().Writes("done_{}").Commit(mode),
            async call =>
            {
                _called.Add(call.Text);
                await call.SetAsync($"done_{_called.Count}", "x");
                return InvocationResult.Completed(Encoding.UTF8.GetBytes($"answer to {call.Text}"));
            }
        );

    private void AddCaller(
        Func<FunctionBuilder, FunctionBuilder> starts,
        Func<ScriptCall, Task> script
    ) =>
        (_sim.Apps.Find(known => known.Name == "app") ?? _sim.App("app")).Function(
            "caller",
            f => starts(f).Reads("k").Writes("out"),
            call =>
            {
                _callerRuns++;
                return script(call);
            }
        );

    private static async Task<IReadOnlyList<KvEntry>> RecordsAsync(SimNode node)
    {
        var page = await node.Engine.ScanAsync(
            new PartitionId("app", 0),
            KvRange.Prefix("call/"),
            ReadOptions.System,
            default
        );
        return page.Entries;
    }

    private void Tell(Func<SimNode, Task> story) =>
        _sim.Run(async () => await story(await _sim.BootAsync()));
}
