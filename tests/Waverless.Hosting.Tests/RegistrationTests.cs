using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Waverless.Cluster;
using Waverless.Hosting.Support;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Hosting;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_bare_collection_becomes_a_node()
    {
        var services = new ServiceCollection();
        services.AddWaverless(w =>
            w.UseMemory().AddFunction("hello/greet", (string name) => $"hello {name}")
        );
        await using var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }

        var invoker = provider.GetRequiredService<IFunctionInvoker>();
        var request = new InvocationRequest("hello/greet", Payload.FromText("you"));
        var result = await invoker.InvokeAsync(request);
        Assert.Equal("hello you", result.Text);
    }

    [Fact]
    public async Task A_second_call_goes_on_describing_the_same_node()
    {
        await using var node = await TestNode.StartAsync(
            w => w.UseMemory().AddFunction("a/two", () => "two"),
            builder =>
            {
                builder.Services.AddWaverless(w => w.AddFunction("a/one", () => "one"));
                builder.Services.AddWaverless(builder.Configuration.GetSection("Waverless"));
                builder.Services.AddWaverless();
            }
        );
        Assert.Equal("one", await node.CallAsync("a/one"));
        Assert.Equal("two", await node.CallAsync("a/two"));
        Assert.Single(node.Services.GetServices<Node>());
        Assert.Single(node.Services.GetServices<IHostedService>().OfType<NodeLifetime>());
    }

    [Fact]
    public async Task Apps_are_named_by_configuration()
    {
        await using var node = await TestNode.StartAsync(
            w => w.UseMemory(),
            builder =>
            {
                TestNode.Settings(("Apps:0", "apps/fn2"), ("Apps:1", "apps/longchain"))(builder);
                builder.Services.AddWaverless(builder.Configuration.GetSection("Waverless"));
            }
        );
        Assert.Equal(["fn2", "longchain"], node.Node.Catalog.Current.Apps.Keys.Order());
    }

    [Fact]
    public async Task The_same_path_named_twice_is_one_path()
    {
        await using var node = await TestNode.StartAsync(w =>
            w.UseMemory().AddApps("apps/fn2").AddApps("apps/fn2").AddApps("./apps/fn2")
        );
        Assert.Single(node.Node.Catalog.Current.Apps);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_keep_apart()
    {
        using var folder = new TempFolder();
        await using var one = await TestNode.StartAsync(
            w => w.AddApps("apps/fn2").AddFunction("a/who", () => "one"),
            TestNode.Settings(("DataFolder", folder["one"]))
        );
        await using var two = await TestNode.StartAsync(
            w => w.AddApps("apps").AddFunction("a/who", () => "two"),
            TestNode.Settings(("DataFolder", folder["two"]))
        );
        Assert.Equal("one", await one.CallAsync("a/who"));
        Assert.Equal("two", await two.CallAsync("a/who"));
        Assert.Contains("hello world", await one.CallAsync("fn2/fn2"), StringComparison.Ordinal);
        Assert.Contains("hello world", await two.CallAsync("fn2/fn2"), StringComparison.Ordinal);
        await one.Store("a").SetTextAsync("k", "1");
        Assert.Null(await two.Store("a").GetTextAsync("k"));
        await one.Host.StopAsync();
        Assert.Contains("hello world", await two.CallAsync("fn2/fn2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_is_injected_by_the_name_of_its_app()
    {
        await using var node = await TestNode.StartAsync(w => w.UseMemory());
        Assert.Equal("a", node.Store("a").App);
        Assert.Same(node.Store("a"), node.Store("a"));
        Assert.NotSame(node.Store("a"), node.Store("b"));
        var refusal = Assert.Throws<InvalidOperationException>(() =>
            node.Services.GetRequiredKeyedService<IKvStore>(7)
        );
        Assert.Contains("name of an app", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hosts_own_engine_is_used()
    {
        var engine = new Storage.MemoryStorageEngine();
        await using var node = await TestNode.StartAsync(
            w => w.Configure(options => options.DataFolder = null),
            builder => builder.Services.AddSingleton<IStorageEngine>(engine)
        );
        Assert.Same(engine, node.Services.GetRequiredService<IStorageEngine>());
        await node.Store("a").SetTextAsync("k", "v");
        Assert.Equal(new PartitionId("a", 0), Assert.Single(engine.Partitions));
    }

    [Fact]
    public void Options_have_the_documented_defaults()
    {
        using var node = new TestNode(_ => { }).Host;
        var options = node.Services.GetRequiredService<IOptions<WaverlessOptions>>().Value;
        Assert.Equal("waverless-data", options.DataFolder);
        Assert.Equal(TimeSpan.FromSeconds(10), options.DrainTimeout);
        Assert.Equal(
            (100_000, 5, 256, 1_000),
            (
                options.BacklogMax,
                options.AttemptsMax,
                options.GuestThreadsMax,
                options.WasmInstancesMax
            )
        );
    }
}
