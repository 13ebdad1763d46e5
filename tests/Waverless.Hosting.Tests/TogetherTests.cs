using Microsoft.Extensions.DependencyInjection;
using Waverless.Hosting.Support;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.Hosting;

/// <summary>Delegates, WebAssembly and the host's own code over one store.</summary>
public sealed class TogetherTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_host_writes_starts_a_delegate(bool inMemory)
    {
        using var folder = new TempFolder();
        var done = new TaskCompletionSource<string>();
        await using var node = await TestNode.StartAsync(w =>
            w.Configure(options => options.DataFolder = inMemory ? null : folder["data"])
                .AddFunction(
                    "orders/confirm",
                    async (FunctionContext context, KvKey key) =>
                    {
                        var order = await context.GetTextAsync(key);
                        await context.SetAsync("confirmed", "yes"u8);
                        done.TrySetResult($"{key}={order}");
                    },
                    f => f.OnSet("order_{}").Reads("order_{}").Writes("confirmed")
                )
        );
        await node.Store("orders").SetTextAsync("order_1", "tea");
        Assert.Equal("order_1=tea", await done.Task);
        await foreach (var change in node.Store("orders").WatchAsync())
        {
            if (change.Key == KvKey.FromString("confirmed"))
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Guests_and_delegates_run_beside_each_other()
    {
        await using var node = await TestNode.StartAsync(
            w =>
                w.UseMemory()
                    .AddApps("apps")
                    .AddFunction(
                        "hello/greet",
                        (string name, Greeting greeting) => greeting.To(name)
                    ),
            builder => builder.Services.AddSingleton(new Greeting())
        );
        Assert.Equal("good day, you", await node.CallAsync("hello/greet", "you"));
        Assert.Contains("hello world", await node.CallAsync("fn2/fn2"), StringComparison.Ordinal);
        var chain = await node.CascadeAsync("longchain/chain_begin");
        Assert.Equal(101, chain.Cascade!.Invocations);
        Assert.Equal("100", await node.CallAsync("longchain/chain_state"));
        Assert.Equal("100", await node.Store("longchain").GetTextAsync("chain_count"));
    }

    [Fact]
    public async Task Compiled_code_is_kept_in_the_data_folder()
    {
        using var folder = new TempFolder();
        var settings = TestNode.Settings(("DataFolder", folder["data"]));
        await using var node = await TestNode.StartAsync(w => w.AddApps("apps/fn2"), settings);
        Assert.NotEmpty(
            Directory.EnumerateFiles(folder["data/compiled"], "*", SearchOption.AllDirectories)
        );
    }

    private sealed class Greeting
    {
        public string To(string name) => $"good day, {name}";
    }
}
