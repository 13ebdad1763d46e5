using Orders;
using Waverless.Kv;

// Orders [--check] [--data FOLDER]. --check walks through it all with a folder of its own.
var check = args.Contains("--check");
var folder = check
    ? Directory.CreateTempSubdirectory("waverless-orders-").FullName
    : args.SkipWhile(argument => argument != "--data").Skip(1).FirstOrDefault("orders-data");
var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(check ? "http://127.0.0.1:0" : "http://127.0.0.1:5004");
builder.Logging.SetMinimumLevel(check ? LogLevel.Critical : LogLevel.Warning);
builder.Services.AddSingleton<PriceList>();
builder.Services.AddSingleton(new MailFolder(Path.Combine(folder, "mails")));
builder.Services.AddWaverless(waverless =>
    waverless
        .Configure(options =>
        {
            options.DataFolder = Path.Combine(folder, "data");
            options.AttemptsMax = 3;
        })
        .AddGeneratedFunctions()
);

await using var app = builder.Build();
app.MapWaverless();
await app.StartAsync();

// The host's own code uses the same keys as the functions.
var store = app.Services.GetRequiredKeyedService<IKvStore>("orders");
if (await store.GetTextAsync("stock_tea") is null)
{
    await store.SetTextAsync("stock_tea", "100");
    await store.SetTextAsync("mail_template", "Order {0}: {1} euro, paid.");
}

if (check)
{
    using var tour = new Tour(app.Services, new Uri(app.Urls.First()));
    var passed = await tour.RunAsync();
    await app.StopAsync();
    Directory.Delete(folder, recursive: true);
    return passed ? 0 : 1;
}

const string Order = """{"id":"1","item":"tea","count":2,"mail":"ann@example.org"}""";
var address = app.Urls.First();
Console.WriteLine($"Listening on {address}; Ctrl+C stops. Try:");
Console.WriteLine($"  curl {address}/orders/place -H 'Idempotency-Key: 1' -d '{Order}'");
Console.WriteLine($"  curl {address}/orders/last_report");
await app.WaitForShutdownAsync();
return 0;
