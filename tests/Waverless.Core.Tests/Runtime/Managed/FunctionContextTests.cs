using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using EventId = Waverless.Events.EventId;

namespace Waverless.Runtime.Managed;

public sealed class FunctionContextTests
{
    private static EventRecord KeySet(string key) =>
        new() { Kind = EventKind.KeySet, Key = Encoding.UTF8.GetBytes(key) };

    private static async Task<ManagedBench> LoadAsync(
        Delegate function,
        Action<FunctionBuilder>? configure = null
    ) => await new ManagedBench().Add(function, configure).LoadAsync();

    private static async Task<InvocationResult> RunAsync(ManagedBench bench, Delegate function)
    {
        await bench.Add(function).LoadAsync();
        return await bench.InvokeAsync();
    }

    [Fact]
    public async Task It_tells_what_the_invocation_is()
    {
        await using var bench = await LoadAsync(
            (FunctionContext c) =>
                $"{c.Address} {c.Trigger} {c.Key is null} {c.EventId is null} {c.Attempt}"
        );

        var result = await bench.InvokeAsync(trigger: TriggerKind.Rpc);

        Assert.Equal("t/f Rpc True True 1", result.Text);
    }

    [Fact]
    public async Task It_tells_the_event_that_started_it()
    {
        EventId? seen = null;
        await using var bench = await LoadAsync(
            (FunctionContext c, KvKey key, string payload) =>
            {
                seen = c.EventId;
                return $"{c.Key} {key} {payload} {c.Attempt}";
            },
            f => f.OnSet("orders_{}")
        );

        var result = await bench.InvokeAsync(
            Payload.FromText("orders_7"),
            TriggerKind.KeySet,
            KeySet("orders_7")
        );

        Assert.Equal("orders_7 orders_7 orders_7 3", result.Text);
        Assert.Equal(new EventId(new PartitionId("t", 0), 9, 1), seen);
    }

    [Fact]
    public async Task A_key_is_only_there_for_key_events()
    {
        await using var required = await LoadAsync(
            (KvKey key) => key.ToString(),
            f => f.OnDelete("a_{}").Post()
        );
        await using var optional = await LoadAsync((KvKey? key) => key?.ToString() ?? "none");

        var refused = await required.InvokeAsync(trigger: TriggerKind.Http);

        Assert.Equal(InvocationStatus.BadPayload, refused.Status);
        Assert.Contains("KvKey?", refused.Error, StringComparison.Ordinal);
        Assert.Equal("none", (await optional.InvokeAsync()).Text);
        var deleted = await required.InvokeAsync(Payload.FromText("a_1"), TriggerKind.KeyDelete);
        Assert.Equal("a_1", deleted.Text);
    }

    [Fact]
    public async Task It_reads_values_as_bytes_text_and_json()
    {
        await using var bench = new ManagedBench();
        bench.Host.Values["o"] = """{"id":"a","count":2}""";
        var result = await RunAsync(
            bench,
            async (FunctionContext c) =>
            {
                var into = new ArrayBufferWriter<byte>();
                var read = await c.GetAsync("o", into);
                var entry = await c.GetAsync("o");
                var order = await c.GetJsonAsync<Order>("o");
                var typed = await c.GetJsonAsync("o", OrderJson.Default.Order);
                var text = await c.GetTextAsync("o");
                return $"{read.Number} {into.WrittenCount} {entry?.Value.Length} "
                    + $"{order?.Count} {typed?.Id} {text?.Length}";
            }
        );

        Assert.Equal("7 20 20 2 a 20", result.Text);
    }

    [Fact]
    public async Task Absent_keys_are_null()
    {
        await using var bench = new ManagedBench();
        var result = await RunAsync(
            bench,
            async (FunctionContext c) =>
                (await c.GetAsync("x")) is null
                && (await c.GetTextAsync("x")) is null
                && (await c.GetJsonAsync<Order>("x")) is null
        );

        Assert.Equal("true", result.Text);
    }

    [Fact]
    public async Task It_writes_deletes_and_commits_batches()
    {
        await using var bench = new ManagedBench();
        bench.Host.Values["old"] = "1";
        var result = await RunAsync(
            bench,
            async (FunctionContext c) =>
            {
                await c.SetTextAsync("a", "1");
                await c.SetAsync("b", "2"u8);
                await c.SetAsync("c", new ReadOnlyMemory<byte>([(byte)'3']));
                await c.SetJsonAsync("d", new Order("x", 4));
                await c.SetJsonAsync("e", 5, OrderJson.Default.Int32);
                await c.DeleteAsync("old");
                var batch = new KvBatch().RequireAbsent("g").Set("g", "7"u8);
                return (await c.CommitAsync(batch)).IsCommitted;
            }
        );

        Assert.Equal("true", result.Text);
        Assert.Equal(
            ["Put a", "Put b", "Put c", "Put d", "Put e", "Delete old", "RequireAbsent g", "Put g"],
            bench.Host.Calls
        );
        Assert.Equal("""{"id":"x","count":4}""", bench.Host.Values["d"]);
        Assert.Equal("5", bench.Host.Values["e"]);
        Assert.Equal(["a", "b", "c", "d", "e", "g"], bench.Host.Values.Keys);
    }

    [Fact]
    public async Task A_single_write_that_did_not_commit_fails_the_function()
    {
        await using var bench = new ManagedBench();
        bench.Host.CommitResult = CommitResult.Rejected(CommitRejection.Closed, "closing");

        var result = await RunAsync(bench, (FunctionContext c) => c.SetTextAsync("a", "1"));

        Assert.Equal(InvocationStatus.StorageFailed, result.Status);
        Assert.Contains("closing", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scan_of_a_prefix_goes_on_over_pages()
    {
        await using var bench = new ManagedBench();
        foreach (var key in new[] { "a_1", "a_2", "a_3", "a_4", "a_5", "b_1" })
        {
            bench.Host.Values[key] = key;
        }

        var result = await RunAsync(
            bench,
            async (FunctionContext c) =>
            {
                var keys = new List<string>();
                await foreach (var entry in c.ScanAsync("a_"))
                {
                    keys.Add(entry.Key.ToString());
                }

                return string.Join(' ', keys);
            }
        );

        Assert.Equal("a_1 a_2 a_3 a_4 a_5", result.Text);
        Assert.Equal(["scan a_", "scan a_3", "scan a_5"], bench.Host.Calls);
    }

    [Fact]
    public async Task It_locks_unlocks_once_and_logs()
    {
        await using var bench = new ManagedBench();
        await RunAsync(
            bench,
            async (FunctionContext c) =>
            {
                var held = await c.LockAsync("k");
                held.Dispose();
                held.Dispose();
                c.Log(LogLevel.Warning, "careful");
            }
        );

        Assert.Equal(["lock k", "log Warning careful"], bench.Host.Calls);
        Assert.Equal([41], bench.Host.Unlocked);
    }

    [Fact]
    public async Task A_lock_that_outlives_the_invocation_is_left_to_the_host()
    {
        FunctionLock? held = null;
        await using var bench = new ManagedBench();
        await RunAsync(bench, async (FunctionContext c) => held = await c.LockAsync("k"));

        held!.Dispose();

        Assert.Empty(bench.Host.Unlocked);
    }

    [Fact]
    public async Task It_calls_other_functions_with_bytes_or_json()
    {
        await using var bench = new ManagedBench();
        bench.Host.OnCall = (_, _, _) =>
            new(InvocationResult.Completed("""{"id":"r","price":3}"""u8.ToArray()));
        var result = await RunAsync(
            bench,
            async (FunctionContext c) =>
            {
                var to = new FunctionAddress("o", "price");
                var raw = await c.CallAsync(to, Payload.FromText("raw"));
                var typed = await c.CallAsync(
                    to,
                    new Order("a", 1),
                    OrderJson.Default.Order,
                    OrderJson.Default.Receipt
                );
                var reflected = await c.CallAsync<Receipt>("o/price", new Order("b", 2));
                return $"{raw.Text.Length} {typed?.Id} {reflected?.Price}";
            }
        );

        Assert.Equal("20 r 3", result.Text);
        Assert.Equal(
            [
                "call o/price raw",
                """call o/price {"id":"a","count":1}""",
                """call o/price {"id":"b","count":2}""",
            ],
            bench.Host.Calls
        );
    }

    [Theory]
    [InlineData(InvocationStatus.Overloaded, InvocationStatus.Overloaded)]
    [InlineData(InvocationStatus.TimedOut, InvocationStatus.TimedOut)]
    [InlineData(InvocationStatus.StorageFull, InvocationStatus.StorageFull)]
    [InlineData(InvocationStatus.NotFound, InvocationStatus.Failed)]
    [InlineData(InvocationStatus.BadPayload, InvocationStatus.Failed)]
    [InlineData(InvocationStatus.Trapped, InvocationStatus.Failed)]
    public async Task A_json_call_that_failed_fails_the_caller_and_keeps_what_is_worth_a_retry(
        InvocationStatus callee,
        InvocationStatus caller
    )
    {
        await using var bench = new ManagedBench();
        bench.Host.OnCall = (_, _, _) => new(InvocationResult.Fail(callee, "because"));

        var result = await RunAsync(bench, (FunctionContext c) => c.CallAsync<int>("o/x", 1));

        Assert.Equal(caller, result.Status);
        Assert.Contains($"'o/x' by 't/f' ended {callee}: because", result.Error, Ordinal);
    }

    [Fact]
    public async Task A_json_answer_may_be_empty_but_not_malformed()
    {
        await using var bench = new ManagedBench();
        bench.Host.OnCall = (_, payload, _) =>
            new(InvocationResult.Completed(payload.Bytes.Length == 1 ? default : "{"u8.ToArray()));
        bench.Add(async (FunctionContext c) => await c.CallAsync<Order>("o/x", 1) is null);
        bench.Add((FunctionContext c) => c.CallAsync<Order>("o/x", 11), name: "g");
        await bench.LoadAsync();

        Assert.Equal("true", (await bench.InvokeAsync()).Text);
        var malformed = await bench.InvokeAsync(name: "g");
        Assert.Equal(InvocationStatus.Failed, malformed.Status);
        Assert.Contains("cannot be read as JSON of Order", malformed.Error, Ordinal);
    }

    [Fact]
    public async Task A_refused_call_gives_the_invocation_its_status_unless_it_is_handled()
    {
        await using var bench = new ManagedBench();
        bench.Host.Refusal = new(InvocationStatus.PermissionDenied, "set a_1: not declared");
        bench.Add((FunctionContext c) => c.SetTextAsync("a_1", "x"));
        bench.Add(
            async (FunctionContext c) =>
            {
                try
                {
                    await c.SetTextAsync("a_1", "x");
                    return "written";
                }
                catch (InvocationRefusedException e)
                {
                    bench.Host.Refusal = null;
                    await c.SetTextAsync("b_1", "y");
                    return $"handled {e.Status}";
                }
            },
            name: "g"
        );
        await bench.LoadAsync();

        var refused = await bench.InvokeAsync();
        var handled = await bench.InvokeAsync(name: "g");

        Assert.Equal(InvocationStatus.PermissionDenied, refused.Status);
        Assert.Equal("set a_1: not declared", refused.Error);
        Assert.Equal("handled PermissionDenied", handled.Text);
        Assert.Empty(bench.Log.Entries);
    }

    [Fact]
    public async Task Two_calls_at_the_same_time_are_refused()
    {
        await using var bench = new ManagedBench();
        bench.Host.HoldGet = new TaskCompletionSource();
        var result = await RunAsync(
            bench,
            async (FunctionContext c) =>
            {
                var first = c.GetTextAsync("a").AsTask();
                var second = Record.Exception(() => c.Log(LogLevel.Information, "meanwhile"));
                bench.Host.HoldGet.SetResult();
                await first;
                c.Log(LogLevel.Information, "afterwards");
                return second?.Message;
            }
        );

        Assert.Contains("await one call before making the next", result.Text, Ordinal);
        Assert.Equal(["get a", "log Information afterwards"], bench.Host.Calls);
    }

    [Fact]
    public async Task After_the_end_every_call_is_refused_and_the_token_is_cancelled()
    {
        FunctionContext? kept = null;
        await using var bench = new ManagedBench();
        await RunAsync(
            bench,
            (FunctionContext c) =>
            {
                kept = c;
            }
        );
        var c = kept!;
        Func<Task>[] calls =
        [
            async () => await c.GetAsync("a"),
            async () => await c.ScanAsync(KvRange.Prefix("a")),
            async () => await c.SetTextAsync("a", ""),
            async () => await c.DeleteAsync("a"),
            async () => await c.CommitAsync(new KvBatch()),
            async () => await c.LockAsync("a"),
            async () => await c.CallAsync(c.Address),
            () =>
            {
                c.Log(LogLevel.Information, "");
                return Task.CompletedTask;
            },
        ];

        foreach (var call in calls)
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(call);
            Assert.Contains("'t/f' has ended", refused.Message, Ordinal);
        }

        Assert.Throws<InvalidOperationException>(() => c.Services);
        Assert.True(c.CancellationToken.IsCancellationRequested);
        Assert.Empty(bench.Host.Calls);
    }

    [Fact]
    public async Task A_call_that_nobody_awaited_ends_before_the_invocation_does()
    {
        await using var bench = new ManagedBench();
        bench.Host.HoldGet = new TaskCompletionSource();
        bench.Add((FunctionContext c) => Forget(c.GetTextAsync("a").AsTask()));
        await bench.LoadAsync();

        var pending = bench.InvokeAsync().AsTask();
        Assert.False(pending.IsCompleted);
        bench.Host.HoldGet.SetResult();

        Assert.True((await pending).IsCompleted);

        static string Forget(Task task) => task.IsCompleted ? "completed" : "pending";
    }

    [Fact]
    public async Task The_payload_is_read_through_the_context_too()
    {
        await using var bench = await LoadAsync(
            async (FunctionContext c) =>
            {
                var bytes = await c.ReadBytesAsync();
                var text = await c.ReadTextAsync();
                var order = await c.ReadJsonAsync<Order>();
                var typed = await c.ReadJsonAsync(OrderJson.Default.Order);
                return $"{bytes.Length} {text.Length} {order?.Id} {typed?.Count}";
            }
        );

        var good = await bench.InvokeTextAsync("""{"id":"a","count":2}""");
        var bad = await bench.InvokeTextAsync("[]");

        Assert.Equal("20 20 a 2", good.Text);
        Assert.Equal(InvocationStatus.BadPayload, bad.Status);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;
}
