namespace QuickStart;

/// <summary>The whole platform: one node that serves the apps of a folder over HTTP.</summary>
internal static class QuickStartHost
{
    public static WebApplication Build(QuickStartSettings settings)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }
        );
        builder.WebHost.UseUrls(settings.Urls);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // What fails at start is explained in one line by the program itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.Services.AddWaverless(waverless =>
            waverless
                .AddApps(QuickStartSettings.AppsFolder)
                .Configure(options => options.DataFolder = settings.DataFolder)
        );
        // Hosted services start in order: the node, which holds the folder, this, the server.
        builder.Services.AddHostedService(_ => new RandomWords(settings));

        var app = builder.Build();
        app.MapWaverless(options => options.OwnsRoot = true);
        return app;
    }
}
