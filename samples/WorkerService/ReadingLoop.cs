using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Waverless.Invocations;
using Waverless.Kv;

namespace WorkerService;

/// <summary>
/// Calls a function for each reading, as fast as the functions that it sets off are done; no timer
/// and no polling. What they have written is read through the app's store.
/// </summary>
internal sealed class ReadingLoop(
    IFunctionInvoker functions,
    [FromKeyedServices("thermometer")] IKvStore store,
    Outcome outcome,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    private static readonly (Reading Reading, string? Warning)[] Readings =
    [
        (new Reading("kitchen", 21), null),
        (new Reading("cellar", 14), null),
        (new Reading("attic", 33), "attic has 33 degrees"),
        (new Reading("kitchen", 24), "attic has 33 degrees"),
        (new Reading("sauna", 85), "sauna has 85 degrees"),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (reading, warning) in Readings)
        {
            var result = await ReportAsync(reading, stoppingToken);
            Console.WriteLine(
                $"{reading.Room} {reading.Degrees}: {result.Cascade?.Invocations} functions ran"
            );
            outcome.Expect("status", result.Status.ToString(), "Completed");
            outcome.Expect(
                "warning",
                await store.GetTextAsync("warning", stoppingToken) ?? "none",
                warning ?? "none"
            );
        }

        lifetime.StopApplication();
    }

    private async Task<InvocationResult> ReportAsync(Reading reading, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(reading, JsonSerializerOptions.Web);
        var request = new InvocationRequest("thermometer/report", Payload.From(json))
        {
            WaitForCascade = true,
        };
        return await functions.InvokeAsync(request, ct);
    }
}
