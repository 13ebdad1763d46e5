using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Scorecard.Children;

/// <summary>Starts a host, says so, waits for the end of its input.</summary>
internal static class ChildStart
{
    public const string Empty = "empty";
    public const string Node = "node";
    public const string Ready = "ready";

    public static async Task<int> RunAsync(string kind, string dataFolder)
    {
        var builder = Host.CreateApplicationBuilder();
        if (kind == Node)
        {
            AddNode(builder, dataFolder);
        }

        // The console's log lines would stand between us and whoever waits for ours.
        builder.Logging.ClearProviders();
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(Ready);
        await Console.In.ReadLineAsync();
        await host.StopAsync();
        return 0;
    }

    private static void AddNode(HostApplicationBuilder builder, string dataFolder) =>
        builder.Services.AddWaverless(waverless =>
            waverless.Configure(options => options.DataFolder = dataFolder)
        );
}
