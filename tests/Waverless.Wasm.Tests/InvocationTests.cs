using System.Buffers;
using Waverless.Invocations;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

public sealed class InvocationTests
{
    private static readonly string Echo = Guests.With(
        """
        (func (export "echo") (param i32 i32) (call $result (local.get 0) (local.get 1)))
        (func (export "silent"))
        (func (export "twice")
          (call $result (i32.const 0) (i32.const 1))
          (call $result (i32.const 1) (i32.const 2)))
        (func (export "answers") (param i32 i32) (result i32 i64 f64)
          (i32.const 1) (i64.const 2) (f64.const 3))
        (data (i32.const 0) "abc")
        """
    );

    [Fact]
    public async Task A_payload_goes_in_and_the_result_comes_out()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "echo");
        var result = await app.InvokeAsync("echo", Payload.FromText("hello"));
        Assert.Equal(InvocationStatus.Completed, result.Status);
        Assert.Equal("hello", result.Text);
    }

    [Fact]
    public async Task A_payload_in_pieces_arrives_contiguous()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "echo");
        var first = new Piece("hel"u8.ToArray());
        var last = first.Append("lo"u8.ToArray());
        var bytes = new ReadOnlySequence<byte>(first, 0, last, 2);
        Assert.Equal("hello", (await app.InvokeAsync("echo", Payload.From(bytes))).Text);
    }

    [Fact]
    public async Task An_empty_payload_has_an_address_and_no_payload_has_none()
    {
        await using var app = await WasmApp.LoadTextAsync(
            Guests.With(
                """
                (func (export "show") (param i32 i32)
                  (i32.store (i32.const 8) (local.get 0))
                  (i32.store (i32.const 12) (local.get 1))
                  (call $result (i32.const 8) (i32.const 8)))
                """
            ),
            "show"
        );
        var none = await app.InvokeAsync("show", Payload.None);
        Assert.Equal(new byte[8], none.Body.ToArray());
        var empty = await app.InvokeAsync("show", Payload.From(Array.Empty<byte>()));
        Assert.Equal([0, 128, 0, 0, 0, 0, 0, 0], empty.Body.ToArray());
    }

    [Fact]
    public async Task What_a_guest_said_before_it_trapped_is_part_of_the_error()
    {
        await using var app = await WasmApp.LoadTextAsync(
            Guests.With(
                """
                (data (i32.const 0) "this is why")
                (func (export "fail") (call $result (i32.const 0) (i32.const 11)) unreachable)
                """
            ),
            "fail"
        );
        var result = await app.InvokeAsync("fail");
        Assert.Equal(InvocationStatus.Trapped, result.Status);
        Assert.EndsWith("It said: this is why", result.Error, StringComparison.Ordinal);
        Assert.Contains("backtrace", Assert.Single(app.Host.Logged).Message, default);
    }

    [Fact]
    public async Task A_function_without_parameters_ignores_the_payload()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "silent");
        var result = await app.InvokeAsync("silent", Payload.FromText("ignored"));
        Assert.True(result.IsCompleted, result.Error);
        Assert.Equal("", result.Text);
    }

    [Fact]
    public async Task The_last_result_wins()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "twice");
        Assert.Equal("bc", (await app.InvokeAsync("twice")).Text);
    }

    [Fact]
    public async Task What_a_function_returns_is_ignored()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "answers");
        Assert.True((await app.InvokeAsync("answers", Payload.FromText("x"))).IsCompleted);
    }

    [Fact]
    public async Task Each_invocation_gets_a_fresh_instance()
    {
        await using var app = await WasmApp.LoadTextAsync(Counter, "count");
        Assert.Equal("1", (await app.InvokeAsync("count")).Text);
        Assert.Equal("1", (await app.InvokeAsync("count")).Text);
    }

    [Fact]
    public async Task A_reused_instance_keeps_its_memory_until_it_fails()
    {
        var function = WasmApp.Function("count", instance: Apps.InstanceMode.Reuse);
        await using var app = await WasmApp.LoadAsync(Wat.Assemble(Counter), [function]);
        Assert.Equal("1", (await app.InvokeAsync("count")).Text);
        Assert.Equal("2", (await app.InvokeAsync("count")).Text);
        Assert.Equal("3", (await app.InvokeAsync("count")).Text);
        Assert.Equal(InvocationStatus.Trapped, (await app.InvokeAsync("count")).Status);
        Assert.Equal("1", (await app.InvokeAsync("count")).Text);
    }

    [Fact]
    public async Task Trimming_lets_go_of_idle_instances_beyond_what_is_kept()
    {
        var function = WasmApp.Function("count", instance: Apps.InstanceMode.Reuse);
        await using var app = await WasmApp.LoadAsync(Wat.Assemble(Counter), [function]);
        Assert.Equal("1", (await app.InvokeAsync("count")).Text);
        await app.Loaded.TrimAsync(1, default);
        Assert.Equal("2", (await app.InvokeAsync("count")).Text);
        await app.Loaded.TrimAsync(0, default);
        Assert.Equal("1", (await app.InvokeAsync("count")).Text);
    }

    [Fact]
    public async Task A_reactor_is_initialized_before_anything_else()
    {
        await using var app = await WasmApp.LoadTextAsync(
            Guests.With(
                """
                (func (export "_initialize") (i32.store8 (i32.const 0) (i32.const 105)))
                (func (export "state") (call $result (i32.const 0) (i32.const 1)))
                """
            ),
            "state"
        );
        Assert.Equal("i", (await app.InvokeAsync("state")).Text);
    }

    [Fact]
    public async Task A_start_function_may_call_the_host()
    {
        await using var app = await WasmApp.LoadTextAsync(
            Guests.With(
                """
                (data (i32.const 0) "started")
                (func $begin (call $result (i32.const 0) (i32.const 7)))
                (start $begin)
                (func (export "go"))
                """
            ),
            "go"
        );
        Assert.Equal("started", (await app.InvokeAsync("go")).Text);
    }

    [Fact]
    public async Task Invocations_on_many_threads_do_not_see_each_other()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "echo");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2_000),
            async (number, _) =>
            {
                var text = $"payload {number}";
                var call = app.Call("echo", Payload.FromText(text));
                var result = await app.Loaded.InvokeAsync(call, new TestHost(), default);
                Assert.Equal(text, result.Text);
            }
        );
    }

    [Fact]
    public async Task Warming_leaves_the_app_working()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "echo");
        await app.Loaded.WarmAsync(4, default);
        Assert.Equal("x", (await app.InvokeAsync("echo", Payload.FromText("x"))).Text);
    }

    [Fact]
    public async Task Warming_a_module_whose_start_never_ends_ends()
    {
        await using var app = await WasmApp.LoadTextAsync(
            Guests.With(
                """
                (func $begin (loop $again (br $again)))
                (start $begin)
                (func (export "go"))
                """
            ),
            "go"
        );
        await app.Loaded.WarmAsync(2, default);
        var result = await app.InvokeAsync("go", timeout: TimeSpan.FromMilliseconds(20));
        Assert.Equal(InvocationStatus.TimedOut, result.Status);
    }

    [Fact]
    public async Task A_drained_app_refuses_invocations()
    {
        await using var app = await WasmApp.LoadTextAsync(Echo, "echo");
        await app.Loaded.DrainAsync(default);
        Assert.Equal(InvocationStatus.Unavailable, (await app.InvokeAsync("echo")).Status);
    }

    private static string Counter =>
        Guests.With(
            """
            (data (i32.const 0) "0")
            (func (export "count")
              (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
              (if (i32.eq (i32.load8_u (i32.const 0)) (i32.const 52)) (then unreachable))
              (call $result (i32.const 0) (i32.const 1)))
            """
        );

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(byte[] bytes) => Memory = bytes;

        internal Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
