using Microsoft.Extensions.Time.Testing;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>Whatever a guest does, it ends its own invocation alone.</summary>
public sealed class LimitTests
{
    private static readonly string Bad = Guests.With(
        """
        (func (export "fine") (call $result (i32.const 0) (i32.const 0)))
        (func (export "trap") unreachable)
        (func (export "outside") (drop (i32.load (i32.const -4))))
        (func (export "divide") (drop (i32.div_s (i32.const 1) (i32.const 0))))
        (func (export "spin") (loop $again (br $again)))
        (func $recurse (export "recurse") (call $recurse))
        (func (export "grow")
          (loop $more
            (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
          unreachable)
        (func (export "refused")
          (if (i32.eq (memory.grow (i32.const 65535)) (i32.const -1))
            (then (call $result (i32.const 0) (i32.const 2)))))
        (data (i32.const 0) "no")
        """
    );

    private static readonly string[] Functions =
    [
        "fine",
        "trap",
        "outside",
        "divide",
        "spin",
        "recurse",
        "grow",
        "refused",
    ];

    [Theory]
    [InlineData("trap", InvocationStatus.Trapped, "unreachable")]
    [InlineData("outside", InvocationStatus.Trapped, "out of bounds memory access")]
    [InlineData("divide", InvocationStatus.Trapped, "integer divide by zero")]
    [InlineData("recurse", InvocationStatus.StackExhausted, "524288 bytes")]
    [InlineData(
        "grow",
        InvocationStatus.OutOfMemory,
        "67108864 of 67108864 bytes (limits: memory)"
    )]
    public async Task A_bad_guest_ends_its_invocation_and_the_next_one_runs(
        string function,
        InvocationStatus status,
        string error
    )
    {
        await using var app = await WasmApp.LoadTextAsync(Bad, Functions);
        var result = await app.InvokeAsync(function);
        Assert.Equal(status, result.Status);
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
        Assert.Contains($"app/{function}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("backtrace", result.Error, StringComparison.Ordinal);
        Assert.True((await app.InvokeAsync("fine")).IsCompleted);
    }

    [Fact]
    public async Task Memory_beyond_the_limit_is_refused_and_a_guest_may_live_with_that()
    {
        await using var app = await WasmApp.LoadTextAsync(Bad, Functions);
        Assert.Equal("no", (await app.InvokeAsync("refused")).Text);
    }

    [Fact]
    public async Task A_larger_limit_allows_more_memory()
    {
        var wasm = Wat.Assemble(
            Guests.With(
                """
                (func (export "touch")
                  (if (i32.eq (memory.grow (i32.const 4000)) (i32.const -1)) (then unreachable))
                  (i32.store8 (i32.const 262000000) (i32.const 1)))
                """
            )
        );
        var limits = FunctionLimits.Default with { Memory = 256L << 20 };
        await using var large = await WasmApp.LoadAsync(wasm, [WasmApp.Function("touch", limits)]);
        await using var small = await WasmApp.LoadAsync(wasm, [WasmApp.Function("touch")]);
        Assert.True((await large.InvokeAsync("touch")).IsCompleted);
        Assert.Equal(InvocationStatus.Trapped, (await small.InvokeAsync("touch")).Status);
    }

    [Fact]
    public async Task A_payload_that_the_guest_has_no_room_for_is_out_of_memory()
    {
        await using var app = await WasmApp.LoadTextAsync(
            """
            (module (memory (export "memory") 1)
              (func (export "allocate") (param i32) (result i32) (i32.const 0))
              (func (export "take") (param i32 i32)))
            """,
            "take"
        );
        var result = await app.InvokeAsync("take", Payload.FromText("x"));
        Assert.Equal(InvocationStatus.OutOfMemory, result.Status);
        Assert.Contains("allocate(1) returned 0", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_allocator_that_points_outside_is_a_trap()
    {
        await using var app = await WasmApp.LoadTextAsync(
            """
            (module (memory (export "memory") 1)
              (func (export "allocate") (param i32) (result i32) (i32.const -1))
              (func (export "take") (param i32 i32)))
            """,
            "take"
        );
        var result = await app.InvokeAsync("take", Payload.FromText("xy"));
        Assert.Equal(InvocationStatus.Trapped, result.Status);
        Assert.Contains("4294967295", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_loop_ends_at_its_deadline()
    {
        await using var app = await WasmApp.LoadTextAsync(Bad, Functions);
        var result = await app.InvokeAsync("spin", timeout: TimeSpan.FromMilliseconds(20));
        Assert.Equal(InvocationStatus.TimedOut, result.Status);
        Assert.Contains("deadline", result.Error, StringComparison.Ordinal);
        Assert.True((await app.InvokeAsync("fine")).IsCompleted);
    }

    [Fact]
    public async Task An_endless_loop_ends_when_its_caller_goes_away()
    {
        await using var app = await WasmApp.LoadTextAsync(Bad, Functions);
        using var caller = new CancellationTokenSource();
        var running = Task.Run(() => app.InvokeAsync("spin", ct: caller.Token));
        await caller.CancelAsync();
        Assert.Equal(InvocationStatus.Cancelled, (await running).Status);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_starts_nothing()
    {
        var time = new FakeTimeProvider();
        var wasm = Wat.Assemble(Bad);
        await using var app = await WasmApp.LoadAsync(wasm, [WasmApp.Function("fine")], time: time);
        var call = app.Call("fine", timeout: TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        var result = await app.Loaded.InvokeAsync(call, new TestHost(), default);
        Assert.Equal(InvocationStatus.TimedOut, result.Status);
    }

    [Fact]
    public async Task A_caller_that_is_gone_starts_nothing()
    {
        await using var app = await WasmApp.LoadTextAsync(Bad, Functions);
        var result = await app.InvokeAsync("trap", ct: new CancellationToken(canceled: true));
        Assert.Equal(InvocationStatus.Cancelled, result.Status);
    }

    [Fact]
    public async Task Endless_loops_on_many_threads_all_end()
    {
        await using var app = await WasmApp.LoadTextAsync(Bad, Functions);
        var spinning = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(async () =>
                {
                    var call = app.Call("spin", timeout: TimeSpan.FromMilliseconds(50));
                    return (await app.Loaded.InvokeAsync(call, new TestHost(), default)).Status;
                })
            );
        Assert.All(await Task.WhenAll(spinning), s => Assert.Equal(InvocationStatus.TimedOut, s));
    }

    [Fact]
    public async Task Initialization_that_never_ends_is_ended()
    {
        await using var app = await WasmApp.LoadTextAsync(
            Guests.With(
                """
                (func (export "_initialize") (loop $again (br $again)))
                (func (export "never"))
                """
            ),
            "never"
        );
        var result = await app.InvokeAsync("never", timeout: TimeSpan.FromMilliseconds(20));
        Assert.Equal(InvocationStatus.TimedOut, result.Status);
    }
}
