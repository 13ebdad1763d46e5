using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Hosting.Support;
using Waverless.Hosting.Threads;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Hosting;

public sealed class LifecycleTests
{
    [Fact]
    public async Task A_call_before_the_start_waits_for_it()
    {
        await using var node = new TestNode(w => w.UseMemory().AddFunction("a/f", () => "done"));
        var call = node.Invoker.InvokeAsync(new InvocationRequest("a/f")).AsTask();
        var write = node.Store("a").SetTextAsync("k", "v").AsTask();
        var read = node.Store("a").GetTextAsync("k").AsTask();
        Assert.False(call.IsCompleted || write.IsCompleted || read.IsCompleted);
        await node.Host.StartAsync();
        Assert.Equal("done", (await call).Text);
        Assert.True((await write).IsCommitted);
        await read;
    }

    [Fact]
    public async Task A_caller_that_gives_up_before_the_start_is_answered()
    {
        await using var node = new TestNode(w => w.UseMemory().AddFunction("a/f", () => "done"));
        using var source = new CancellationTokenSource();
        var call = node.Invoker.InvokeAsync(new InvocationRequest("a/f"), source.Token).AsTask();
        await source.CancelAsync();
        Assert.Equal(InvocationStatus.Cancelled, (await call).Status);
    }

    [Fact]
    public async Task A_rejected_app_fails_the_start_and_frees_the_folder()
    {
        using var folder = new TempFolder();
        WriteBroken(folder["apps/bad"]);
        WriteBroken(folder["apps/worse"]);
        TestPackages.WriteHello(folder["apps/fn2"], "good");
        await using var node = new TestNode(
            w => w.AddApps(folder["apps"]),
            TestNode.Settings(("DataFolder", folder["data"]))
        );
        var waiting = node.Invoker.InvokeAsync(new InvocationRequest("fn2/fn2")).AsTask();
        var failure = await Assert.ThrowsAsync<AppRejectedException>(() => node.Host.StartAsync());
        Assert.Contains("'bad'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'worse'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'fn2'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(InvocationStatus.Unavailable, (await waiting).Status);
        Assert.Equal(0, node.Services.GetRequiredService<GuestThreads>().ThreadCount);

        // The host that failed is not disposed yet.
        await using var next = await TestNode.StartAsync(
            w => w.AddApps(folder["apps/fn2"]),
            TestNode.Settings(("DataFolder", folder["data"]))
        );
        Assert.Contains("hello world", await next.CallAsync("fn2/fn2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_data_folder_fails_the_start_and_the_holder_goes_on()
    {
        using var folder = new TempFolder();
        var settings = TestNode.Settings(("DataFolder", folder["data"]));
        await using var holder = await TestNode.StartAsync(_ => { }, settings);
        var failure = await Assert.ThrowsAsync<StorageException>(() =>
            TestNode.StartAsync(_ => { }, settings)
        );
        Assert.Equal(StorageError.FolderInUse, failure.Error);
        Assert.Contains(folder["data"], failure.Message, StringComparison.Ordinal);
        Assert.True((await holder.Store("a").SetTextAsync("k", "v")).IsCommitted);
        await holder.Host.StopAsync();
        await using var next = await TestNode.StartAsync(_ => { }, settings);
        Assert.Equal("v", await next.Store("a").GetTextAsync("k"));
    }

    [Theory]
    [InlineData("nowhere", "does not exist")]
    [InlineData("guests", "")]
    public async Task A_path_without_apps_fails_the_start(string path, string expected)
    {
        // Among the guests are some that cannot be loaded.
        var failure = await Assert.ThrowsAsync<AppRejectedException>(() =>
            TestNode.StartAsync(w => w.UseMemory().AddApps(path))
        );
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Reasons);
    }

    [Fact]
    public async Task A_function_added_twice_fails_the_start()
    {
        var failure = await Assert.ThrowsAsync<AppRejectedException>(() =>
            TestNode.StartAsync(w =>
                w.UseMemory().AddFunction("a/f", () => "1").AddFunction("a/f", () => "2")
            )
        );
        Assert.Contains("'a/f'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_in_a_folder_and_as_delegates_fails_the_start()
    {
        var failure = await Assert.ThrowsAsync<AppRejectedException>(() =>
            TestNode.StartAsync(w =>
                w.UseMemory().AddApps("apps/fn2").AddFunction("fn2/other", () => "2")
            )
        );
        Assert.Equal("fn2", failure.App);
        Assert.Contains("added twice", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_in_memory_leaves_no_folder_behind()
    {
        var node = await TestNode.StartAsync(w => w.UseMemory().AddApps("apps/fn2"));
        var root = node.Services.GetRequiredService<NodeFolders>().Root;
        Assert.True(Directory.Exists(root));
        await node.DisposeAsync();
        Assert.False(Directory.Exists(root));
    }

    private static void WriteBroken(string folder)
    {
        TestPackages.WriteHello(folder, "bad");
        File.WriteAllText(Path.Combine(folder, "app.wasm"), "not wasm");
    }
}
