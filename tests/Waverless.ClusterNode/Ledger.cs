using System.Globalization;
using System.Text;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.ClusterNode;

/// <summary>
/// Apps that write down each request, and tell themselves and the next one of it by message: what
/// was answered must be there, and each message must have had its effect once.
/// </summary>
internal static class Ledger
{
    public const int Count = 6;

    public static void AddTo(IWaverlessBuilder waverless)
    {
        waverless.AddFunction("where/am_i", () => "here", f => f.Get());
        for (var number = 0; number < Count; number++)
        {
            Add(waverless, $"ledger{number}", $"ledger{(number + 1) % Count}");
        }
    }

    private static void Add(IWaverlessBuilder waverless, string app, string next) =>
        waverless
            .AddFunction(
                $"{app}/add",
                (string id, FunctionContext context) => AddAsync(id, context, next),
                f => f.Post().Writes("asked_{}").Sends($"{app}/ran").Sends($"{next}/heard")
            )
            .AddFunction(
                $"{app}/ran",
                (string id, FunctionContext context) => CountAsync(context, $"ran_{id}"),
                f => f.OnMessage().Reads("ran_{}").Writes("ran_{}")
            )
            .AddFunction(
                $"{app}/heard",
                (string id, FunctionContext context) => CountAsync(context, $"heard_{id}"),
                f => f.OnMessage().Reads("heard_{}").Writes("heard_{}")
            )
            .AddFunction(
                $"{app}/list",
                ListAsync,
                f => f.Post().Reads("asked_{}").Reads("ran_{}").Reads("heard_{}")
            );

    private static async Task<string> AddAsync(string id, FunctionContext context, string next)
    {
        await context.SetAsync($"asked_{id}", "1"u8);
        await context.EnqueueTextAsync("ran", id);
        await context.EnqueueTextAsync($"{next}/heard", id);
        return id;
    }

    private static async Task CountAsync(FunctionContext context, KvKey key)
    {
        var before = await context.GetTextAsync(key) ?? "0";
        var count = int.Parse(before, CultureInfo.InvariantCulture) + 1;
        await context.SetAsync(key, Encoding.UTF8.GetBytes($"{count}"));
    }

    /// <summary>The keys with a prefix, without it, with what they count.</summary>
    private static async Task<string> ListAsync(string prefix, FunctionContext context)
    {
        var found = new List<string>();
        var range = KvRange.Prefix(prefix);
        while (true)
        {
            var page = await context.ScanAsync(range);
            found.AddRange(
                page.Entries.Select(entry =>
                    $"{entry.Key.ToString()[prefix.Length..]}={Encoding.UTF8.GetString(entry.Value.Span)}"
                )
            );
            if (page.Next is not { } next)
            {
                return string.Join(',', found);
            }

            range = range with { From = next };
        }
    }
}
