using HelloDelegates;

var check = args.Contains("--check");
var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(check ? "http://127.0.0.1:0" : "http://127.0.0.1:5001");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<PriceList>();
builder.Services.AddWaverless(waverless =>
    waverless
        .UseMemory()
        // Typed JSON in and out; PriceList comes from the services, the rest from the invocation.
        .AddFunction("shop/order", Shop.OrderAsync, f => f.Post().Writes("order_{}"))
        // Started by every order that is written, in the commit that writes it.
        .AddFunction(
            "shop/bill",
            Shop.BillAsync,
            f => f.OnSet("order_{}").Reads("total").Writes("total")
        )
        .AddFunction("shop/total", Shop.TotalAsync, f => f.Get().Reads("total"))
        // Cancelled when its time is over, or when the caller goes away.
        .AddFunction(
            "shop/forecast",
            Shop.ForecastAsync,
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
