using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>The guests of <c>tests/guests</c>, compiled from C with the SDK.</summary>
public sealed class CompiledGuestTests
{
    [Theory]
    [InlineData("trap", InvocationStatus.Trapped)]
    [InlineData("fail", InvocationStatus.Trapped)]
    [InlineData("stray", InvocationStatus.Trapped)]
    [InlineData("recurse", InvocationStatus.StackExhausted)]
    [InlineData("overflow", InvocationStatus.Trapped)]
    [InlineData("exhaust", InvocationStatus.OutOfMemory)]
    [InlineData("spin", InvocationStatus.TimedOut)]
    [InlineData("chatter", InvocationStatus.TimedOut)]
    [InlineData("grow", InvocationStatus.Completed)]
    [InlineData("silent", InvocationStatus.Completed)]
    public async Task Misbehaviour_ends_with_its_status_and_the_app_goes_on(
        string function,
        InvocationStatus status
    )
    {
        await using var app = await LoadAsync("faults", 4 << 20, function, "echo");
        var result = await app.InvokeAsync(function, timeout: TimeSpan.FromMilliseconds(500));
        Assert.True(status == result.Status, $"{result.Status}: {result.Error}");
        Assert.Equal("x", (await app.InvokeAsync("echo", Payload.FromText("x"))).Text);
    }

    [Fact]
    public async Task Keys_are_set_and_read_under_a_lock()
    {
        await using var app = await LoadAsync("store", 4 << 20, "increment");
        var host = new TestHost();
        Assert.Equal("1", (await app.InvokeAsync("increment", host: host)).Text);
        Assert.Equal("2", (await app.InvokeAsync("increment", host: host)).Text);
        Assert.Equal("2", host["note_count"]);
        Assert.Equal(["lock note_count", "commit set note_count=1", "unlock 1"], host.Order[..3]);
        Assert.Empty(host.Held);
    }

    [Fact]
    public async Task The_unlock_of_the_original_guest_library_is_understood()
    {
        await using var app = await LoadAsync("store", 4 << 20, "short_unlock");
        var host = new TestHost();
        Assert.Equal("unlocked", (await app.InvokeAsync("short_unlock", host: host)).Text);
        Assert.Equal(["lock note_lock", "unlock 1", "commit set note_lock=1"], host.Order);
    }

    [Fact]
    public async Task A_c_program_runs_as_a_command()
    {
        await using var app = await LoadAsync("command", 4 << 20, "upper");
        var text = string.Concat(Enumerable.Repeat("abc ", 10_000));
        var result = await app.InvokeAsync("upper", Payload.FromText(text));
        Assert.True(result.IsCompleted, result.Error);
        Assert.Equal(text.ToUpperInvariant(), result.Text);
    }

    [Theory]
    [InlineData("exit 0", InvocationStatus.Completed, "")]
    [InlineData("exit 7", InvocationStatus.Failed, null)]
    [InlineData("abort", InvocationStatus.Trapped, null)]
    [InlineData("spin", InvocationStatus.TimedOut, null)]
    [InlineData("args", InvocationStatus.Completed, "main\n")]
    [InlineData("flood 20000000", InvocationStatus.TooLarge, null)]
    [InlineData("open /etc/passwd", InvocationStatus.Completed, "refused: ")]
    [InlineData("open ../x", InvocationStatus.Completed, "refused: ")]
    public async Task A_command_is_held_to_what_is_granted(
        string input,
        InvocationStatus status,
        string? output
    )
    {
        await using var app = await LoadAsync("command_faults", 4 << 20, "main");
        var result = await app.InvokeAsync(
            "main",
            Payload.FromText(input),
            timeout: TimeSpan.FromMilliseconds(1_000)
        );
        Assert.True(status == result.Status, $"{result.Status}: {result.Error}");
        Assert.StartsWith(output ?? "", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_command_writes_to_standard_error_is_logged()
    {
        await using var app = await LoadAsync("command_faults", 4 << 20, "main");
        var result = await app.InvokeAsync("main", Payload.FromText("stderr careful"));
        Assert.True(result.IsCompleted, result.Error);
        Assert.Equal([(LogLevel.Warning, "careful")], app.Host.Logged);
    }

    [Theory]
    [InlineData("unknown_import", AppRejectionCode.ImportMissing)]
    [InlineData("wrong_import", AppRejectionCode.ImportMissing)]
    [InlineData("missing_export", AppRejectionCode.ExportMissing)]
    [InlineData("wrong_export", AppRejectionCode.ArtifactInvalid)]
    [InlineData("huge_memory", AppRejectionCode.LimitExceeded)]
    public async Task What_cannot_run_is_refused(string guest, AppRejectionCode code)
    {
        var e = await Assert.ThrowsAsync<AppRejectedException>(() =>
            LoadAsync(guest, 4 << 20, Functions(guest))
        );
        Assert.Equal(code, e.Code);
    }

    private static string[] Functions(string guest) =>
        guest switch
        {
            "missing_export" => ["present", "absent"],
            _ => ["main"],
        };

    private static Task<WasmApp> LoadAsync(string guest, long memory, params string[] functions)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "guests", guest, "app.wasm");
        var limits = FunctionLimits.Default with { Memory = memory };
        return WasmApp.LoadAsync(
            File.ReadAllBytes(file),
            [.. functions.Select(name => WasmApp.Function(name, limits))]
        );
    }
}
