using System.Text;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Invocations.Idempotency;

/// <summary>Calls with an idempotency key (SEMANTICS §6).</summary>
public sealed class IdempotentCallTests
{
    private readonly Sim _sim = new();
    private int _runs;

    [Fact]
    public void The_second_call_gets_the_first_ones_answer_and_does_not_run()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = await CallAsync(node, "app/add", "a", "k");
            var second = await CallAsync(node, "app/add", "a", "k");
            var third = await CallAsync(node, "app/add", "a", "other key");

            Assert.Equal("run 1 of a", first.Text);
            Assert.Equal("run 1 of a", second.Text);
            Assert.Equal("text/x-run", second.ContentType);
            Assert.Equal("run 2 of a", third.Text);
            Assert.Equal("2", await node.Store("app").GetTextAsync("total"));
        });
    }

    [Fact]
    public void A_function_that_writes_nothing_is_remembered_as_well()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = await CallAsync(node, "app/pure", "a", "k");
            var second = await CallAsync(node, "app/pure", "a", "k");

            Assert.Equal("run 1", first.Text);
            Assert.Equal("run 1", second.Text);
        });
    }

    [Fact]
    public void Another_payload_with_the_same_key_is_refused()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await CallAsync(node, "app/add", "a", "k");
            var other = await CallAsync(node, "app/add", "b", "k");
            var held = CallAsync(node, "app/slow", "a", "k");
            await _sim.UntilAsync(() => _runs == 2);
            var meanwhile = await CallAsync(node, "app/slow", "b", "k");
            await held;

            Assert.Equal(InvocationStatus.IdempotencyKeyReused, other.Status);
            Assert.Equal(InvocationStatus.IdempotencyKeyReused, meanwhile.Status);
            Assert.Contains("'app/add'", other.Error, StringComparison.Ordinal);
            Assert.Equal(2, _runs);
        });
    }

    [Fact]
    public void Scope_is_principal_trigger_function_and_key()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await CallAsync(node, "app/add", "a", "k");
            await CallAsync(node, "app/pure", "a", "k");
            await CallAsync(node, "app/add", "a", "k", principal: "anna");
            await CallAsync(node, "app/add", "a", "k", principal: "otto");
            await CallAsync(node, "app/add", "a", "k", principal: "anna");
            await node.Node.Invoker.InvokeAsync(
                new InvocationRequest("app/add", Payload.FromText("a"))
                {
                    IdempotencyKey = "k",
                    Trigger = TriggerKind.Http,
                }
            );

            Assert.Equal(5, _runs);
        });
    }

    [Fact]
    public void Duplicates_at_once_wait_for_the_first_and_get_its_answer()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var calls = Enumerable.Range(0, 20).Select(_ => CallAsync(node, "app/slow", "a", "k"));
            var answers = await Task.WhenAll(calls);

            Assert.Equal(1, _runs);
            Assert.All(answers, answer => Assert.Equal("slow run 1", answer.Text));
        });
    }

    [Fact]
    public void Who_waits_beyond_the_deadline_is_told_that_the_first_still_runs()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = CallAsync(node, "app/slow", "a", "k");
            await _sim.UntilAsync(() => _runs == 1);
            var timeout = TimeSpan.FromMilliseconds(100);
            var second = await CallAsync(node, "app/slow", "a", "k", timeout: timeout);

            Assert.Equal(InvocationStatus.IdempotencyKeyBusy, second.Status);
            Assert.True((await first).IsCompleted);
            Assert.Equal(1, _runs);
        });
    }

    [Fact]
    public void Who_goes_away_while_waiting_is_let_go()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = CallAsync(node, "app/slow", "a", "k");
            await _sim.UntilAsync(() => _runs == 1);
            using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(100), _sim.Time);
            var second = CallAsync(node, "app/slow", "a", "k", ct: gone.Token);

            Assert.Equal(InvocationStatus.Cancelled, (await second).Status);
            Assert.True((await first).IsCompleted);
        });
    }

    [Fact]
    public void A_failure_leaves_nothing_and_the_next_call_runs()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = await CallAsync(node, "app/fails_once", "a", "k");
            var second = await CallAsync(node, "app/fails_once", "a", "k");
            var third = await CallAsync(node, "app/fails_once", "a", "k");

            Assert.Equal(InvocationStatus.Failed, first.Status);
            Assert.Equal("run 2", second.Text);
            Assert.Equal("run 2", third.Text);
        });
    }

    [Fact]
    public void A_waiting_duplicate_runs_when_the_first_fails()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = CallAsync(node, "app/fails_once", "a", "k");
            var second = CallAsync(node, "app/fails_once", "a", "k");

            var statuses = (await Task.WhenAll(first, second)).Select(result => result.Status);
            Assert.Equal([InvocationStatus.Completed, InvocationStatus.Failed], statuses.Order());
            Assert.Equal(2, _runs);
        });
    }

    [Fact]
    public void A_function_that_commits_as_it_goes_refuses_a_key()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await CallAsync(node, "app/immediate", "a", "k");

            Assert.Equal(InvocationStatus.IdempotencyKeyRefused, result.Status);
            Assert.Contains("commit: atomic", result.Error, StringComparison.Ordinal);
            Assert.Equal(0, _runs);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void A_key_of_an_illegal_length_is_refused(int length)
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await CallAsync(node, "app/add", "a", new string('k', length));

            Assert.Equal(InvocationStatus.IdempotencyKeyRefused, result.Status);
            Assert.Contains($"{length} bytes", result.Error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void An_answer_that_is_too_long_to_keep_is_not_given_twice_and_its_effects_neither()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var kept = $"{IdempotencyLimits.AnswerBytesMax}";
            var cut = $"{IdempotencyLimits.AnswerBytesMax + 1}";
            await CallAsync(node, "app/sized", kept, "kept");
            var keptAgain = await CallAsync(node, "app/sized", kept, "kept");
            var first = await CallAsync(node, "app/sized", cut, "cut");
            var again = await CallAsync(node, "app/sized", cut, "cut");

            Assert.Equal(IdempotencyLimits.AnswerBytesMax, keptAgain.Body.Length);
            Assert.Equal(IdempotencyLimits.AnswerBytesMax + 1, first.Body.Length);
            Assert.Equal(InvocationStatus.IdempotencyKeyBusy, again.Status);
            Assert.Contains("has taken effect", again.Error, StringComparison.Ordinal);
            Assert.Equal(2, _runs);
        });
    }

    [Fact]
    public void After_the_retention_the_call_runs_again()
    {
        _sim.Settings = _sim.Settings with { IdempotencyRetention = TimeSpan.FromSeconds(10) };
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await CallAsync(node, "app/add", "a", "k");
            await _sim.DelayAsync(9_000);
            await CallAsync(node, "app/add", "a", "k");
            Assert.Equal(1, _runs);
            await _sim.DelayAsync(2_000);
            await CallAsync(node, "app/add", "a", "k");
            Assert.Equal(2, _runs);
        });
    }

    [Fact]
    public void A_function_calls_another_with_a_key_once()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = await node.CallAsync("app/caller", "k");
            var second = await node.CallAsync("app/caller", "k");

            Assert.Equal("run 1 of same", first.Text);
            Assert.Equal("run 1 of same", second.Text);
            Assert.Equal("1", await node.Store("app").GetTextAsync("total"));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_crash_a_call_runs_again_only_if_it_was_not_committed(bool committed)
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            static bool Hits(PartitionId _, Commit commit) => commit.SystemCount > 0;
            node.Engine.CrashAfter = committed ? Hits : null;
            node.Engine.CrashBefore = committed ? null : Hits;
            _ = CallAsync(node, "app/add", "a", "k");
            await _sim.UntilAsync(() => node.IsDead);

            node = await _sim.BootAsync();
            var again = await CallAsync(node, "app/add", "a", "k");
            Assert.Equal(committed ? "run 1 of a" : "run 2 of a", again.Text);
            Assert.Equal("1", await node.Store("app").GetTextAsync("total"));
        });
    }

    [Fact]
    public void A_batch_with_a_key_takes_effect_once_and_answers_the_same()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            var batch = new KvBatch { IdempotencyKey = "k" }
                .RequireAbsent("free_1")
                .Set("free_1", "x"u8)
                .Enqueue("take", "m"u8);
            var first = await store.CommitAsync(batch);
            var again = await store.CommitAsync(batch);
            await _sim.UntilAsync(() => _runs > 0);
            var other = await store.CommitAsync(
                new KvBatch { IdempotencyKey = "k" }.Set("free_2", "x"u8)
            );
            await _sim.DelayAsync(500);

            Assert.True(first.IsCommitted);
            Assert.Equal(first, again);
            Assert.Equal(1, _runs);
            Assert.Equal(CommitRejection.IdempotencyKeyReused, other.Rejection);
            Assert.Null(await store.GetTextAsync("free_2"));
        });
    }

    [Fact]
    public void A_batch_with_a_key_fails_with_its_own_condition_and_is_not_remembered()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            var batch = new KvBatch { IdempotencyKey = "k" }
                .RequireAbsent("a")
                .RequirePresent("b")
                .Set("c", "x"u8);
            var failed = await store.CommitAsync(batch);
            await store.SetTextAsync("b", "x");
            var done = await store.CommitAsync(batch);

            Assert.Equal(1, failed.FailedCondition);
            Assert.True(done.IsCommitted);
        });
    }

    [Fact]
    public void Batches_with_the_same_key_at_once_take_effect_once()
    {
        AddApp();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            node.Engine.Delay = () => _sim.Random.Next(1, 20);
            var commits = Enumerable
                .Range(0, 20)
                .Select(_ =>
                    node.Store("app")
                        .CommitAsync(
                            new KvBatch { IdempotencyKey = "k" }
                                .RequireAbsent("free_1")
                                .Set("free_1", "x"u8)
                        )
                        .AsTask()
                );
            var results = await Task.WhenAll(commits);

            Assert.All(results, result => Assert.True(result.IsCommitted, result.Reason));
            Assert.Single(results.Select(result => result.Revision).Distinct());
        });
    }

    [Fact]
    public void A_principal_of_the_longest_length_is_taken_and_a_longer_one_is_refused()
    {
        AddApp();
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var longest = new string('p', IdempotencyLimits.PrincipalBytesMax - "host:".Length);
            var taken = await CallAsync(node, "app/pure", "x", "k", longest);
            Assert.True(taken.IsCompleted, taken.Error);
            var refused = await CallAsync(node, "app/pure", "x", "k", longest + "p");
            Assert.Equal(InvocationStatus.IdempotencyKeyRefused, refused.Status);
            Assert.Contains("1025 bytes", refused.Error, StringComparison.Ordinal);
        });
    }

    private static Task<InvocationResult> CallAsync(
        SimNode node,
        string function,
        string payload,
        string key,
        string? principal = null,
        TimeSpan? timeout = null,
        CancellationToken ct = default
    ) =>
        node
            .Node.Invoker.InvokeAsync(
                new InvocationRequest(function, Payload.FromText(payload))
                {
                    IdempotencyKey = key,
                    Principal = principal,
                    Timeout = timeout,
                },
                ct
            )
            .AsTask();

    private void AddApp() =>
        _sim.App("app")
            .Answers("add", f => f.Post().Rpc().Reads("total").Writes("total"), AddAsync)
            .Answers("pure", f => f.Post(), _ => new(Text($"run {++_runs}")))
            .Answers(
                "slow",
                f => f.Post(),
                async _ =>
                {
                    var run = ++_runs;
                    await _sim.DelayAsync(1_000);
                    return Text($"slow run {run}");
                }
            )
            .Answers(
                "fails_once",
                f => f.Post(),
                async _ =>
                {
                    var run = ++_runs;
                    await _sim.DelayAsync(100);
                    return run == 1
                        ? InvocationResult.Fail(InvocationStatus.Failed, "first")
                        : Text($"run {run}");
                }
            )
            .Answers(
                "immediate",
                f => f.Post().Commit(CommitMode.Immediate),
                _ => new(Text($"run {++_runs}"))
            )
            .Answers(
                "sized",
                f => f.Post(),
                call =>
                {
                    _runs++;
                    var length = int.Parse(
                        call.Text,
                        System.Globalization.CultureInfo.InvariantCulture
                    );
                    return new(InvocationResult.Completed(new byte[length]));
                }
            )
            .Answers(
                "caller",
                f => f.Post(),
                async call => await call.CallAsync("app/add", "same", once: call.Text)
            )
            .Function(
                "take",
                f => f.OnMessage(),
                _ =>
                {
                    _runs++;
                    return Task.CompletedTask;
                }
            );

    private async ValueTask<InvocationResult> AddAsync(ScriptCall call)
    {
        var run = ++_runs;
        var total = int.Parse(
            await call.GetAsync("total") ?? "0",
            System.Globalization.CultureInfo.InvariantCulture
        );
        await call.SetAsync("total", $"{total + 1}");
        return InvocationResult.Completed(
            Encoding.UTF8.GetBytes($"run {run} of {call.Text}"),
            "text/x-run"
        );
    }

    private static InvocationResult Text(string text) =>
        InvocationResult.Completed(Encoding.UTF8.GetBytes(text));
}
