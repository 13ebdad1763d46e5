using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Hosting.Support;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Storage;

namespace Waverless.Hosting;

public sealed class StopTests
{
    private readonly TaskCompletionSource _began = NewSignal();
    private readonly TaskCompletionSource _release = NewSignal();

    [Fact]
    public async Task A_stop_waits_for_what_runs_and_refuses_what_is_new()
    {
        await using var node = await TestNode.StartAsync(w =>
            w.UseMemory().AddFunction("a/slow", HoldAsync).AddFunction("a/quick", () => "quick")
        );
        var call = node.CallAsync("a/slow");
        await _began.Task;
        var stop = node.Host.StopAsync();
        var refused = await node.Invoker.InvokeAsync(new InvocationRequest("a/quick"));
        Assert.Equal(InvocationStatus.Unavailable, refused.Status);
        Assert.Contains("stopping", refused.Error, StringComparison.Ordinal);
        Assert.False(stop.IsCompleted || call.IsCompleted);
        _release.SetResult();
        Assert.Equal("held", await call);
        await stop;
    }

    [Fact]
    public async Task A_stop_cancels_what_runs_at_its_deadline()
    {
        await using var node = await TestNode.StartAsync(w =>
            w.UseMemory()
                .AddFunction(
                    "a/endless",
                    async (CancellationToken ct) =>
                    {
                        _began.SetResult();
                        await Task.Delay(Timeout.Infinite, ct);
                    }
                )
                .Configure(options => options.DrainTimeout = TimeSpan.Zero)
        );
        var call = node.Invoker.InvokeAsync(new InvocationRequest("a/endless")).AsTask();
        await _began.Task;
        await node.Host.StopAsync();
        Assert.Equal(InvocationStatus.Cancelled, (await call).Status);
    }

    [Fact]
    public async Task A_function_that_runs_while_the_node_stops_may_call_others()
    {
        await using var node = await TestNode.StartAsync(w =>
            w.UseMemory()
                .AddFunction("b/callee", () => "called", f => f.Rpc())
                .AddFunction(
                    "a/caller",
                    async (FunctionContext context) =>
                    {
                        await HoldAsync();
                        var callee = FunctionAddress.Parse("b/callee");
                        return (await context.CallAsync(callee, default)).Text;
                    }
                )
        );
        var call = node.CallAsync("a/caller");
        await _began.Task;
        var stop = node.Host.StopAsync();
        Assert.False(node.Node.IsReady);
        _release.SetResult();
        Assert.Equal("called", await call);
        await stop;
    }

    [Fact]
    public async Task What_a_function_writes_while_the_node_stops_sets_off_its_events()
    {
        using var folder = new TempFolder();
        var settings = TestNode.Settings(("DataFolder", folder["data"]));
        var worked = new TaskCompletionSource<string>();
        Action<IWaverlessBuilder> apps = w =>
            w.AddFunction(
                    "a/slow",
                    async (FunctionContext context) =>
                    {
                        await HoldAsync();
                        await context.SetAsync("job_1", "now"u8);
                    },
                    f => f.Post().Writes("job_{}")
                )
                .AddFunction(
                    "a/work",
                    (string key) =>
                    {
                        worked.TrySetResult(key);
                    },
                    f => f.OnSet("job_{}")
                );
        await using (var node = await TestNode.StartAsync(apps, settings))
        {
            var call = node.CallAsync("a/slow");
            await _began.Task;
            var stop = node.Host.StopAsync();
            _release.SetResult();
            await call;
            await stop;
        }

        Assert.False(worked.Task.IsCompleted);
        Assert.Equal(["work"], await PendingAsync(folder["data/store"]));
        await using var next = await TestNode.StartAsync(apps, settings);
        Assert.Equal("job_1", await worked.Task);
    }

    [Fact]
    public async Task An_event_that_a_stop_cancels_runs_after_the_restart()
    {
        using var folder = new TempFolder();
        var settings = TestNode.Settings(("DataFolder", folder["data"]), ("DrainTimeout", "0"));
        await using (
            var node = await TestNode.StartAsync(
                w =>
                    w.AddFunction(
                        "a/work",
                        async (KvKey key, CancellationToken ct) =>
                        {
                            _began.TrySetResult();
                            await Task.Delay(Timeout.Infinite, ct);
                        },
                        f => f.OnSet("job_{}")
                    ),
                settings
            )
        )
        {
            await node.Store("a").SetTextAsync("job_7", "x");
            await _began.Task;
            await node.Host.StopAsync();
        }

        var worked = new TaskCompletionSource<string>();
        await using var next = await TestNode.StartAsync(
            w =>
                w.AddFunction(
                    "a/work",
                    (KvKey key) =>
                    {
                        worked.TrySetResult(key.ToString());
                    },
                    f => f.OnSet("job_{}")
                ),
            settings
        );
        Assert.Equal("job_7", await worked.Task);
    }

    [Fact]
    public async Task A_host_that_is_disposed_without_a_stop_frees_its_folder()
    {
        using var folder = new TempFolder();
        var settings = TestNode.Settings(("DataFolder", folder["data"]));
        var node = await TestNode.StartAsync(_ => { }, settings);
        await node.Store("a").SetTextAsync("k", "v");
        await node.DisposeAsync();
        await using var next = await TestNode.StartAsync(_ => { }, settings);
        Assert.Equal("v", await next.Store("a").GetTextAsync("k"));
    }

    [Fact]
    public async Task Stopping_and_disposing_twice_is_as_good_as_once()
    {
        var node = await TestNode.StartAsync(w => w.UseMemory());
        await node.Host.StopAsync();
        await node.Node.StopAsync(CancellationToken.None);
        await node.Node.DisposeAsync();
        await node.DisposeAsync();
    }

    /// <summary>The functions whose events wait in a store that nobody holds.</summary>
    private static async Task<IReadOnlyList<string>> PendingAsync(string folder)
    {
        var options = new RocksDbStorageOptions { Folder = folder };
        await using var engine = new RocksDbStorageEngine(options);
        await engine.OpenAsync(
            new RecordingListener(),
            TimeProvider.System,
            CancellationToken.None
        );
        var home = new PartitionId("a", 0);
        return await engine.ReadEventFunctionsAsync(home, EventState.Ready, CancellationToken.None);
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<string> HoldAsync()
    {
        _began.TrySetResult();
        await _release.Task;
        return "held";
    }
}
