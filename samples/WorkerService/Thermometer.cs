using Waverless.Kv;
using Waverless.Runtime;

namespace WorkerService;

/// <summary>What a room's sensor says.</summary>
internal sealed record Reading(string Room, int Degrees);

/// <summary>The functions: the first is called, the others are started by keys.</summary>
internal static class Thermometer
{
    private const int WarnAbove = 30;

    public static async Task ReportAsync(Reading reading, FunctionContext context) =>
        await context.SetJsonAsync($"room_{reading.Room}", reading);

    public static async Task CompareAsync(KvKey key, FunctionContext context)
    {
        var reading = await context.GetJsonAsync<Reading>(key);
        var warmest = await context.GetJsonAsync<Reading>("warmest");
        if (reading is not null && (warmest is null || reading.Degrees > warmest.Degrees))
        {
            await context.SetJsonAsync("warmest", reading);
        }
    }

    public static async Task WarnAsync(KvKey key, FunctionContext context)
    {
        if (await context.GetJsonAsync<Reading>(key) is { Degrees: > WarnAbove } reading)
        {
            await context.SetTextAsync("warning", $"{reading.Room} has {reading.Degrees} degrees");
        }
    }
}
