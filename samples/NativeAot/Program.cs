using System.Runtime.CompilerServices;
using NativeAot;

// NativeAot [--check] [--data FOLDER]: in memory, or with RocksDB in a folder.
var check = args.Contains("--check");
var data = args.SkipWhile(argument => argument != "--data").Skip(1).FirstOrDefault();
var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls(check ? "http://127.0.0.1:0" : "http://127.0.0.1:5003");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<PriceList>();
builder.Services.AddWaverless(waverless =>
    waverless
        .Configure(options => options.DataFolder = data)
        // Generated from the attributes in Shop.cs.
        .AddGeneratedFunctions()
        // WebAssembly runs beside it: its native library is bound without code made at run time.
        .AddApps(Path.Combine(AppContext.BaseDirectory, "apps/fn2"))
);

await using var app = builder.Build();
app.MapWaverless();
await app.StartAsync();
Console.WriteLine($"dynamic code: {RuntimeFeature.IsDynamicCodeSupported}");
Console.WriteLine($"store: {(data is null ? "memory" : "rocksdb")}");
var passed = await CheckAsync(new Uri(app.Urls.First()));
if (!check)
{
    Console.WriteLine($"Listening on {app.Urls.First()}; Ctrl+C stops.");
    await app.WaitForShutdownAsync();
}

return passed ? 0 : 1;

static async Task<bool> CheckAsync(Uri address)
{
    using var http = new HttpClient { BaseAddress = address };
    var passed = Show(
        "a delegate with JSON in and out",
        await OrderAsync(http, "/shop/order"),
        """{"id":7,"item":"tea","amount":7.0}"""
    );
    // Answers when everything that the call has set in motion has ended.
    await OrderAsync(http, "/shop/order?wait=cascade");
    passed &= Show(
        "a delegate that the write of a key starts",
        await http.GetStringAsync("/shop/bill_of?7"),
        "7.0"
    );
    using var guest = await http.PostAsync("/fn2/fn2", null);
    return passed
        & Show("a WebAssembly guest", await guest.Content.ReadAsStringAsync(), "hello world");
}

static async Task<string> OrderAsync(HttpClient http, string path)
{
    var request = new OrderRequest(7, "tea", 2);
    using var answer = await http.PostAsJsonAsync(path, request, PayloadJson.Default.OrderRequest);
    return await answer.Content.ReadAsStringAsync();
}

static bool Show(string what, string came, string expected)
{
    Console.WriteLine($"{what}: {came}");
    if (came != expected)
    {
        Console.WriteLine($"   FAILED: expected {expected}");
    }

    return came == expected;
}
