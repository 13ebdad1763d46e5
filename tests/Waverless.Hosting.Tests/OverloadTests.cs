using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Waverless.Hosting.Support;
using Waverless.Hosting.Threads;
using Waverless.Invocations;
using Waverless.Runtime;

namespace Waverless.Hosting;

public sealed class OverloadTests
{
    [Fact]
    public async Task Slow_guests_hold_neither_the_thread_pool_nor_other_endpoints()
    {
        var runtime = new HeldRuntime();
        await using var node = await StartAsync(runtime);
        var held = Call(node, "held/hold", 64);
        await runtime.ArrivedAsync(64);

        // More than the pool would start threads for at once, and each with its continuation.
        var others = Enumerable.Range(0, 64).Select(_ => Task.Run(() => node.CallAsync("a/f")));
        Assert.All(await Task.WhenAll(others), text => Assert.Equal("f", text));
        Assert.Equal("waverless-guest", await node.CallAsync("held/quick"));
        Assert.DoesNotContain(held, call => call.IsCompleted);
        runtime.Release();
        Assert.All(await Task.WhenAll(held), result => Assert.Equal("held", result.Text));
    }

    [Fact]
    public async Task Callers_blocked_in_nested_calls_all_finish()
    {
        var runtime = new HeldRuntime();
        await using var node = await StartAsync(runtime);
        var blocked = Call(node, "held/nest", 300);

        // Every thread there may be waits in a nested call; the rest waits for a thread.
        await runtime.ArrivedAsync(256);
        Assert.Equal(256, node.Services.GetRequiredService<GuestThreads>().ThreadCount);
        Assert.Equal("f", await node.CallAsync("a/f"));
        runtime.Release();
        Assert.All(await Task.WhenAll(blocked), result => Assert.Equal("held", result.Text));
    }

    [Fact]
    public async Task Delegates_blocked_in_calls_of_guests_all_finish()
    {
        var runtime = new HeldRuntime();
        await using var node = await StartAsync(runtime);
        var blocked = Call(node, "a/nest", 256);
        await runtime.ArrivedAsync(256);
        runtime.Release();
        Assert.All(await Task.WhenAll(blocked), result => Assert.Equal("held", result.Text));
    }

    [Fact]
    public async Task The_bound_on_threads_is_an_option()
    {
        var runtime = new HeldRuntime();
        await using var node = await StartAsync(runtime, options => options.GuestThreadsMax = 3);
        var held = Call(node, "held/hold", 10);
        await runtime.ArrivedAsync(3);
        Assert.Equal(3, node.Services.GetRequiredService<GuestThreads>().ThreadCount);
        runtime.Release();
        await Task.WhenAll(held);
        Assert.Equal(3, node.Services.GetRequiredService<GuestThreads>().ThreadCount);
    }

    [Fact]
    public async Task A_guest_known_to_be_short_runs_on_its_callers_thread()
    {
        // The clock stands still: every run is short.
        var runtime = new HeldRuntime();
        await using var node = await StartAsync(runtime, time: new FakeTimeProvider());
        for (var i = 0; i < FunctionStatistics.SamplesMin; i++)
        {
            Assert.Equal("waverless-guest", await node.CallAsync("held/quick"));
        }

        Assert.NotEqual("waverless-guest", await node.CallAsync("held/quick"));
    }

    private static async Task<TestNode> StartAsync(
        HeldRuntime runtime,
        Action<WaverlessOptions>? configure = null,
        TimeProvider? time = null
    )
    {
        var node = await TestNode.StartAsync(
            w =>
                w.UseMemory()
                    .Configure(configure ?? (_ => { }))
                    .AddFunction("a/f", () => "f")
                    .AddFunction(
                        "a/nest",
                        async (FunctionContext context) =>
                        {
                            var hold = Apps.FunctionAddress.Parse("held/hold");
                            return (await context.CallAsync(hold, default)).Text;
                        },
                        f => f.Timeout(TimeSpan.FromMinutes(10))
                    ),
            builder =>
            {
                builder.Services.AddSingleton<IFunctionRuntime>(runtime);
                if (time is not null)
                {
                    builder.Services.AddSingleton(time);
                }
            }
        );
        await node
            .Services.GetRequiredService<AppInstaller>()
            .InstallAsync(HeldRuntime.Package(), CancellationToken.None);
        return node;
    }

    private static List<Task<InvocationResult>> Call(TestNode node, string function, int times) =>
        [
            .. Enumerable
                .Range(0, times)
                .Select(_ => node.Invoker.InvokeAsync(new InvocationRequest(function)).AsTask()),
        ];
}
