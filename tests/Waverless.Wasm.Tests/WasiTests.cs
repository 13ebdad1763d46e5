using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Waverless.Invocations;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>WASI preview 1: what is granted works, everything else is denied.</summary>
public sealed class WasiTests
{
    private const string Imports = """
          (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_read"
            (func $readfd (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (import "wasi_snapshot_preview1" "environ_get"
            (func $environ (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "environ_sizes_get"
            (func $sizes (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "clock_time_get"
            (func $clock (param i32 i64 i32) (result i32)))
          (import "wasi_snapshot_preview1" "random_get"
            (func $random (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "path_open"
            (func $pathopen (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_prestat_get"
            (func $prestat (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_seek"
            (func $seek (param i32 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "poll_oneoff"
            (func $poll (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "sock_send"
            (func $send (param i32 i32 i32 i32 i32) (result i32)))
        """;

    // A list of one buffer at 16: address 32, length 256.
    private const string Buffer = """
        (data (i32.const 16) "\20\00\00\00\00\01\00\00")
        """;

    [Fact]
    public async Task What_a_function_prints_goes_to_its_log_line_by_line()
    {
        await using var app = await LoadAsync(Print("hello world\\nand more", 20));
        var result = await app.InvokeAsync("run");
        Assert.True(result.IsCompleted, result.Error);
        Assert.Equal(0, result.Body.Length);
        Assert.Equal(
            [(LogLevel.Information, "hello world"), (LogLevel.Information, "and more")],
            app.Host.Logged
        );
    }

    [Fact]
    public async Task A_guest_that_prints_without_end_is_cut_off_at_the_bound()
    {
        await using var app = await LoadAsync(
            """
            (data (i32.const 16) "\20\00\00\00\00\40\00\00")
            (func (export "run") (local $i i32)
              (loop $more
                (drop (call $write (i32.const 2) (i32.const 16) (i32.const 1) (i32.const 8)))
                (br_if $more (i32.lt_u
                  (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100)))))
            """
        );
        Assert.True((await app.InvokeAsync("run")).IsCompleted);
        Assert.Equal(GuestOutput.LogBytesMax, app.Host.Logged.Sum(line => line.Message.Length));
        Assert.All(app.Host.Logged, line => Assert.Equal(LogLevel.Warning, line.Level));
        Assert.All(
            app.Host.Logged,
            line => Assert.True(line.Message.Length <= GuestOutput.LineBytesMax)
        );
    }

    [Theory]
    [InlineData(
        "(call $pathopen (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) "
            + "(i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 64))",
        8
    )]
    [InlineData("(call $prestat (i32.const 3) (i32.const 64))", 8)]
    [InlineData("(call $write (i32.const 3) (i32.const 16) (i32.const 1) (i32.const 8))", 8)]
    [InlineData("(call $write (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 8))", 8)]
    [InlineData("(call $readfd (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8))", 8)]
    [InlineData(
        "(call $send (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 0) " + "(i32.const 8))",
        8
    )]
    [InlineData("(call $seek (i32.const 1) (i64.const 0) (i32.const 0) (i32.const 8))", 70)]
    [InlineData("(call $write (i32.const 1) (i32.const -8) (i32.const 1) (i32.const 8))", 21)]
    [InlineData("(call $write (i32.const 1) (i32.const 16) (i32.const -1) (i32.const 8))", 28)]
    [InlineData("(call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const -1))", 21)]
    [InlineData("(call $write (i32.const 1) (i32.const 24) (i32.const 1) (i32.const 8))", 21)]
    [InlineData("(call $random (i32.const 65530) (i32.const 7))", 21)]
    [InlineData("(call $random (i32.const 0) (i32.const -1))", 21)]
    [InlineData("(call $clock (i32.const 0) (i64.const 0) (i32.const -1))", 21)]
    [InlineData("(call $clock (i32.const 9) (i64.const 0) (i32.const 0))", 28)]
    [InlineData("(call $environ (i32.const -1) (i32.const -1))", 21)]
    [InlineData("(call $args (i32.const 0) (i32.const 65536))", 21)]
    [InlineData("(call $poll (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))", 28)]
    [InlineData("(call $poll (i32.const 65500) (i32.const 0) (i32.const 1) (i32.const 0))", 21)]
    [InlineData("(call $poll (i32.const 0) (i32.const 0) (i32.const -1) (i32.const 0))", 28)]
    public async Task What_is_denied_or_wrong_is_an_error_number(string call, int errno)
    {
        await using var app = await LoadAsync(
            $"""
            {Buffer} (data (i32.const 24) "\ff\ff\ff\ff\02\00\00\00")
            (func (export "run")
              (if (i32.ne {call} (i32.const {errno})) (then unreachable)))
            """
        );
        var result = await app.InvokeAsync("run");
        Assert.True(result.IsCompleted, result.Error);
    }

    [Fact]
    public async Task Clock_and_random_bytes_are_granted()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_000));
        await using var app = await LoadAsync(
            """
            (func (export "run")
              (if (call $clock (i32.const 0) (i64.const 0) (i32.const 64)) (then unreachable))
              (if (i64.ne (i64.load (i32.const 64)) (i64.const 1000000000000)) (then unreachable))
              (if (call $random (i32.const 128) (i32.const 64)) (then unreachable))
              (if (i64.eqz (i64.or (i64.load (i32.const 128)) (i64.load (i32.const 136))))
                (then unreachable)))
            """,
            time: time
        );
        Assert.True((await app.InvokeAsync("run")).IsCompleted);
    }

    [Fact]
    public async Task A_command_reads_the_payload_and_writes_the_answer()
    {
        await using var app = await LoadAsync(Buffer + CommandThatEchoes, "any", "other");
        var text = string.Concat(Enumerable.Range(0, 500).Select(n => $"{n},"));
        var result = await app.InvokeAsync("other", Payload.FromText(text));
        Assert.Equal((InvocationStatus.Completed, text), (result.Status, result.Text));
    }

    [Theory]
    [InlineData(0, InvocationStatus.Completed)]
    [InlineData(3, InvocationStatus.Failed)]
    public async Task The_exit_status_of_a_command_decides(int status, InvocationStatus expected)
    {
        await using var app = await LoadAsync(
            $"(func (export \"_start\") (call $exit (i32.const {status})) unreachable)",
            "any"
        );
        var result = await app.InvokeAsync("any");
        Assert.Equal(expected, result.Status);
        Assert.True(status == 0 || result.Error!.Contains("status 3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_command_sees_what_started_it_and_what_is_granted_and_nothing_else()
    {
        var function = WasmApp.Function("any") with
        {
            Env = ImmutableSortedDictionary<string, string>.Empty.Add("GREETING", "hello"),
        };
        await using var app = await WasmApp.LoadAsync(
            Wat.Assemble(Module(CommandThatShowsItsEnvironment)),
            [function]
        );
        var result = await app.InvokeAsync("any", Payload.FromText("x"));
        Assert.True(result.IsCompleted, result.Error);
        Assert.Equal(
            [
                "GREETING=hello",
                "WAVERLESS_APP=app",
                "WAVERLESS_FUNCTION=any",
                "WAVERLESS_TRIGGER=http",
                "WAVERLESS_INVOCATION=7",
                "WAVERLESS_ATTEMPT=1",
                "WAVERLESS_CONTENT_TYPE=text/plain; charset=utf-8",
            ],
            result.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task A_function_of_the_original_abi_sees_only_what_is_granted()
    {
        await using var app = await LoadAsync(
            """
            (func (export "run")
              (if (call $sizes (i32.const 64) (i32.const 68)) (then unreachable))
              (if (i32.load (i32.const 64)) (then unreachable)))
            """
        );
        Assert.True((await app.InvokeAsync("run")).IsCompleted);
    }

    [Fact]
    public async Task An_answer_beyond_the_bound_is_too_large()
    {
        await using var app = await LoadAsync(
            """
            (data (i32.const 16) "\20\00\00\00\00\80\00\00")
            (func (export "_start")
              (loop $more
                (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
                (br $more)))
            """,
            "any"
        );
        var result = await app.InvokeAsync("any");
        Assert.Equal(InvocationStatus.TooLarge, result.Status);
        Assert.Contains("16777216 bytes", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sleep_ends_at_the_deadline_and_when_the_caller_goes_away()
    {
        await using var app = await LoadAsync(Sleep(3_600_000_000_000));
        var late = await app.InvokeAsync("run", timeout: TimeSpan.FromMilliseconds(20));
        Assert.Equal(InvocationStatus.TimedOut, late.Status);
        using var caller = new CancellationTokenSource();
        var running = Task.Run(() => app.InvokeAsync("run", ct: caller.Token));
        await caller.CancelAsync();
        Assert.Equal(InvocationStatus.Cancelled, (await running).Status);
    }

    [Fact]
    public async Task A_short_sleep_returns_with_its_event()
    {
        await using var app = await LoadAsync(Sleep(1_000_000));
        var result = await app.InvokeAsync("run");
        Assert.True(result.IsCompleted, result.Error);
    }

    // One clock subscription at 256 with user data 42; afterwards one event at 512.
    private static string Sleep(long nanoseconds) =>
        $"""
            (func (export "run")
              (i64.store (i32.const 256) (i64.const 42))
              (i32.store (i32.const 272) (i32.const 1))
              (i64.store (i32.const 280) (i64.const {nanoseconds}))
              (if (call $poll (i32.const 256) (i32.const 512) (i32.const 1) (i32.const 700))
                (then unreachable))
              (if (i32.ne (i32.load (i32.const 700)) (i32.const 1)) (then unreachable))
              (if (i64.ne (i64.load (i32.const 512)) (i64.const 42)) (then unreachable)))
            """;

    private static string Print(string text, int length) =>
        $"""
            (data (i32.const 32) "{text}")
            (func (export "run")
              (i32.store (i32.const 16) (i32.const 32))
              (i32.store (i32.const 20) (i32.const {length}))
              (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8))))
            """;

    private const string CommandThatEchoes = """
        (func (export "_start")
          (loop $more
            (i32.store (i32.const 20) (i32.const 256))
            (drop (call $readfd (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 8)))
            (if (i32.eqz (i32.load (i32.const 8))) (then (return)))
            (i32.store (i32.const 20) (i32.load (i32.const 8)))
            (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))
            (br $more)))
        """;

    private const string CommandThatShowsItsEnvironment = """
        (func (export "_start")
          (drop (call $sizes (i32.const 64) (i32.const 68)))
          (drop (call $environ (i32.const 128) (i32.const 1024)))
          (i32.store (i32.const 16) (i32.const 1024))
          (i32.store (i32.const 20) (i32.load (i32.const 68)))
          (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8))))
        """;

    private static string Module(string body) =>
        $"(module {Imports} (memory (export \"memory\") 1) {body})";

    private static Task<WasmApp> LoadAsync(string body, params string[] functions) =>
        LoadAsync(body, null, functions);

    private static Task<WasmApp> LoadAsync(
        string body,
        TimeProvider? time,
        params string[] functions
    ) =>
        WasmApp.LoadAsync(
            Wat.Assemble(Module(body)),
            [.. (functions.Length == 0 ? ["run"] : functions).Select(n => WasmApp.Function(n))],
            time: time
        );
}
