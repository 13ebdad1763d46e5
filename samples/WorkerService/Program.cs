using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WorkerService;

var outcome = new Outcome();
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddWaverless(waverless =>
    waverless
        .UseMemory()
        .AddFunction("thermometer/report", Thermometer.ReportAsync, f => f.Rpc().Writes("room_{}"))
        // Started by each reading that is written; what it writes starts the next.
        .AddFunction(
            "thermometer/compare",
            Thermometer.CompareAsync,
            f => f.OnSet("room_{}").Reads("warmest").Writes("warmest")
        )
        .AddFunction(
            "thermometer/warn",
            Thermometer.WarnAsync,
            f => f.OnSet("warmest").Writes("warning")
        )
);
builder.Services.AddHostedService<ReadingLoop>();
builder.Services.AddSingleton(outcome);

using var host = builder.Build();
await host.RunAsync();

// This worker ends by itself; --check differs only in that its exit code is looked at.
return outcome.Passed ? 0 : 1;
