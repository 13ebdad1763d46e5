using Waverless.ClusterNode;
using Waverless.Runtime;

// A node of the clusters that tests kill, freeze and redeploy to. Its options say which; it takes
// HTTP where a node of a cluster does by default.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton<IFunctionRuntime, TextRuntime>();
builder.Services.AddWaverless(Ledger.AddTo);
await using var app = builder.Build();
app.MapWaverless(options => options.ApiKeys.Add(app.Configuration["ApiKey"] ?? ""));
await app.StartAsync();
Console.WriteLine($"listens on {app.Urls.Single()}");
await app.WaitForShutdownAsync();
