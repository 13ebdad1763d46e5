using HelloDelegates;

var check = args.Contains("--check");
var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(check ? "http://127.0.0.1:0" : "http://127.0.0.1:5001");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<PriceList>();
builder.Services.AddWaverless(waverless =>
    waverless
        .UseMemory()
        // The functions of Shop.cs, as their attributes say.
        .AddGeneratedFunctions()
        // Any method or lambda is a function too. This one is cancelled when its time is over, or
        // when the caller goes away.
        .AddFunction(
            "shop/forecast",
            Forecast.TellAsync,
            f => f.Get().Timeout(TimeSpan.FromMilliseconds(200))
        )
);

await using var app = builder.Build();
app.MapWaverless();
await app.StartAsync();

var passed = await Tour.RunAsync(new Uri(app.Urls.First()));
if (!check)
{
    Console.WriteLine($"Listening on {app.Urls.First()}; Ctrl+C stops.");
    await app.WaitForShutdownAsync();
}

return passed ? 0 : 1;
