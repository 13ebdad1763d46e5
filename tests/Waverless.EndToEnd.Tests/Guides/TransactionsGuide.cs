using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/transactions.md.</summary>
public sealed partial class TransactionsGuide
{
    [Fact]
    public async Task Transfers_are_transactions()
    {
        await using var host = await GuideHost.BuildAsync(builder =>
        {
            builder.Services.AddWaverless(waverless => waverless.UseMemory());
            builder.Services.AddWaverless(waverless =>
                waverless.AddFunction(
                    "bank/transfer",
                    TransferAsync,
                    f => f.OnNew("order_{}").Reads("balance_{}").Writes("balance_{}")
                )
            );
        });
        var store = host.Store("bank");
        var json = TransferJson.Default.Transfer;
        var batch = new KvBatch().Set("balance_a", "10"u8).Set("balance_b", "0"u8);
        batch.SetJson("order_1", new Transfer("a", "b", 3), json);
        batch.SetJson("order_2", new Transfer("a", "b", 4), json);

        Assert.True((await store.CommitAsync(batch)).IsCommitted);

        await foreach (var change in store.WatchAsync())
        {
            var moved = await store.GetTextAsync("balance_b");
            if (change.Key == KvKey.FromString("balance_b") && moved == "7")
            {
                break;
            }
        }

        Assert.Equal("3", await store.GetTextAsync("balance_a"));
    }

    [Fact]
    public async Task Locks_are_held()
    {
        await using var host = await GuideHost.StartAsync(waverless =>
            waverless.AddFunction("app/report", ReportAsync, f => f.OnSet("go").Writes("report"))
        );
        await host.Store("app").SetTextAsync("go", "");
        Assert.Equal("done", await host.TextAsync("app", "report"));
        await HoldAsync(host.Store("app"));
    }

    static async Task TransferAsync(FunctionContext context, KvKey key)
    {
        var order = await context.GetJsonAsync(key, TransferJson.Default.Transfer);
        var from = int.Parse(await context.GetTextAsync($"balance_{order!.From}") ?? "0");
        var to = int.Parse(await context.GetTextAsync($"balance_{order.To}") ?? "0");
        await context.SetTextAsync($"balance_{order.From}", $"{from - order.Amount}");
        await context.SetTextAsync($"balance_{order.To}", $"{to + order.Amount}");
    }

    // A function: until it ends, or until it is disposed.
    static async Task ReportAsync(FunctionContext context)
    {
        using var held = await context.LockAsync("report");
        await context.SetTextAsync("report", "done");
    }

    // Code of the host: the commit does nothing if the lock was lost.
    static async Task HoldAsync(IKvStore store)
    {
        await using var held = await store.LockAsync("report");
        await store.CommitAsync(new KvBatch().RequireLock(held).Set("report", "again"u8));
    }

    internal sealed record Transfer(string From, string To, int Amount);

    [JsonSerializable(typeof(Transfer))]
    internal sealed partial class TransferJson : JsonSerializerContext;
}
