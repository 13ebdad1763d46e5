using EmbedInYourHost;
using Waverless.Invocations;

var check = args.Contains("--check");
var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(check ? "http://127.0.0.1:0" : "http://127.0.0.1:5002");
builder.Logging.SetMinimumLevel(LogLevel.Warning);

// New: one call adds a node to the application, with the functions that it runs.
builder.Services.AddWaverless(waverless =>
    waverless
        .UseMemory()
        .AddFunction("pricing/quote", (QuoteRequest r) => new Quote(r.Item, 2.5m * r.Count))
);

await using var app = builder.Build();

// What the application had before.
app.MapGet("/", () => "my own home page");
app.MapFallback((HttpContext context) => $"my own fallback for {context.Request.Path}");

// New: functions have routes of their own, /pricing/quote, and own endpoints can call them.
app.MapWaverless();
app.MapGet(
    "/offers/{item}",
    async (string item, int count, IFunctionInvoker functions, CancellationToken ct) =>
    {
        var request = Json.ToPayload(new QuoteRequest(item, count));
        var result = await functions.InvokeAsync(new("pricing/quote", request), ct);
        return result.IsCompleted
            ? Results.Text($"{count} x {item}: {Json.Read<Quote>(result).Price} euro")
            : Results.Problem(result.Error, statusCode: StatusCodes.Status502BadGateway);
    }
);

await app.StartAsync();
var passed = await Tour.RunAsync(new Uri(app.Urls.First()));
if (!check)
{
    Console.WriteLine($"Listening on {app.Urls.First()}; Ctrl+C stops.");
    await app.WaitForShutdownAsync();
}

return passed ? 0 : 1;
