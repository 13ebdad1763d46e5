using Waverless.Transport;

namespace ClusterSample;

/// <summary>One node: an ordinary host with AddWaverless(), told which node of the file it is.</summary>
internal static class NodeProcess
{
    public static async Task RunAsync(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(ClusterFileText.HttpOf(arguments.Node!.Value));
        builder.Services.AddWaverless(waverless =>
            waverless
                .AddApps("apps")
                .AddFunction("where/am_i", () => $"node {arguments.Node}", f => f.Get())
                .Configure(options =>
                {
                    options.ClusterFile = arguments.File;
                    options.NodeId = arguments.Node;
                    options.DataFolder = arguments.Data;
                    options.Transport = Enum.Parse<TransportKind>(arguments.Transport, true);
                })
        );
        await using var app = builder.Build();
        app.MapWaverless();
        await app.StartAsync();
        Console.WriteLine("ready");
        await app.WaitForShutdownAsync();
    }
}
