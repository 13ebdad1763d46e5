using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Waverless.Hosting;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Storage;

namespace Harness.Nodes;

/// <summary>A generic host with a node in it, as a user would build it, on a folder.</summary>
public sealed class BenchmarkNode : IAsyncDisposable
{
    private readonly IHost _host;

    private BenchmarkNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public IFunctionInvoker Invoker => Services.GetRequiredService<IFunctionInvoker>();

    /// <summary>The folder of a sample app, beside the program.</summary>
    public static string AppFolder(string app) =>
        Path.Combine(AppContext.BaseDirectory, "apps", app);

    /// <summary>Starts a node and waits until it is ready.</summary>
    public static async Task<BenchmarkNode> StartAsync(
        string dataFolder,
        Action<IWaverlessBuilder> configure,
        StorageDurability durability = StorageDurability.Process
    )
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWaverless(configure);
        builder.Services.AddWaverless(waverless =>
            waverless.Configure(options =>
            {
                options.DataFolder = dataFolder;
                options.Durability = durability;
            })
        );
        var host = builder.Build();
        await host.StartAsync();
        return new BenchmarkNode(host);
    }

    public IKvStore Store(string app) => Services.GetRequiredKeyedService<IKvStore>(app);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
