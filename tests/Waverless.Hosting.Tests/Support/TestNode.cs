using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Hosting.Support;

/// <summary>A node in a real generic host, whose content root is the tests' output.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public TestNode(
        Action<IWaverlessBuilder> describe,
        Action<HostApplicationBuilder>? configure = null
    )
    {
        var builder = new HostApplicationBuilder(
            new HostApplicationBuilderSettings
            {
                DisableDefaults = true,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
        configure?.Invoke(builder);
        builder.Services.AddWaverless(describe);
        Host = builder.Build();
    }

    public TestLog Log { get; } = new();

    public IHost Host { get; }

    public IServiceProvider Services => Host.Services;

    public Node Node => Services.GetRequiredService<Node>();

    public IFunctionInvoker Invoker => Services.GetRequiredService<IFunctionInvoker>();

    public static async Task<TestNode> StartAsync(
        Action<IWaverlessBuilder> describe,
        Action<HostApplicationBuilder>? configure = null
    )
    {
        var node = new TestNode(describe, configure);
        try
        {
            await node.Host.StartAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public static Action<HostApplicationBuilder> Settings(
        params (string Key, string? Value)[] settings
    ) =>
        builder =>
            builder.Configuration.AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create("Waverless:" + s.Key, s.Value))
            );

    public IKvStore Store(string app) => Services.GetRequiredKeyedService<IKvStore>(app);

    public async Task<string> CallAsync(string function, string payload = "")
    {
        var request = new InvocationRequest(function, Payload.FromText(payload));
        var result = await Invoker.InvokeAsync(request);
        Assert.True(result.IsCompleted, $"{result.Status}: {result.Error}");
        return result.Text;
    }

    /// <summary>Calls and waits for all that the call sets off.</summary>
    public async Task<InvocationResult> CascadeAsync(string function, string payload = "") =>
        await Invoker.InvokeAsync(
            new InvocationRequest(function, Payload.FromText(payload)) { WaitForCascade = true }
        );

    public async ValueTask DisposeAsync()
    {
        if (Host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
