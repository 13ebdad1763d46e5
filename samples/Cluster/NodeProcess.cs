using Orders;
using Waverless.Kv;
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
        // Connections come and go here on purpose; membership tells what matters of it.
        builder.Logging.AddFilter("Waverless.Transport", LogLevel.Error);
        builder.Services.AddSingleton<PriceList>();
        builder.Services.AddSingleton(new MailFolder(arguments.Mails));
        using var counts = new InvocationCounts();
        builder.Services.AddWaverless(waverless =>
            waverless
                .AddApps("apps")
                .AddGeneratedFunctions()
                .AddFunction("where/am_i", () => $"node {arguments.Node}", f => f.Get())
                .Configure(options =>
                {
                    // One that joins is told who it is by its token.
                    options.ClusterFile = arguments.File.Length > 0 ? arguments.File : null;
                    options.NodeId = arguments.Node;
                    options.DataFolder = arguments.Data;
                    options.Transport = Enum.Parse<TransportKind>(arguments.Transport, true);
                })
        );
        await using var app = builder.Build();
        app.MapWaverless();
        app.MapGet("/ran", counts.Tell);
        app.MapPost("/stock", StockAsync);
        await app.StartAsync();
        Console.WriteLine("ready");
        await app.WaitForShutdownAsync();
    }

    /// <summary>The host's own code uses the same keys as the functions, wherever they are.</summary>
    private static async Task<string> StockAsync([FromKeyedServices("orders")] IKvStore store)
    {
        await store.SetTextAsync("stock_tea", "100");
        await store.SetTextAsync("mail_template", "Order {0}: {1} euro, paid.");
        return "100";
    }
}
