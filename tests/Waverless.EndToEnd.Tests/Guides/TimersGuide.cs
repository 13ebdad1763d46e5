using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Runtime.Managed;
using Waverless.Timers;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/timers.md.</summary>
public sealed class TimersGuide
{
    [Fact]
    public async Task Timers_are_declared_and_set()
    {
        await using var host = await GuideHost.StartAsync(waverless =>
            waverless
                .AddFunction("shop/invoice", InvoiceAsync, Declare)
                .AddFunction("shop/remind", RemindAsync, f => f.Rpc().Writes("reminded_{}"))
        );
        var store = host.Store("shop");

        // From the host: [FromKeyedServices("shop")] ITimers timers
        var timers = host.Services.GetRequiredKeyedService<ITimers>("shop");
        await timers.SetAsync(
            new NamedTimer(
                "remind-17",
                "remind",
                FunctionTimer.Once(DateTimeOffset.UtcNow.AddDays(3))
            ).WithText("order 17")
        );
        foreach (var state in await timers.ListAsync())
        {
            Assert.Equal(state.Timer.Name == "invoice", state.IsDeclared);
            Assert.True(state.Next > DateTimeOffset.UtcNow);
        }

        await timers.DeleteAsync("remind-17");

        // With data, in one commit; in a function the same batch goes to context.CommitAsync.
        var reminder = new NamedTimer(
            "remind-18",
            "remind",
            FunctionTimer.Once(DateTimeOffset.UtcNow)
        );
        await store.CommitAsync(
            new KvBatch().Set("order_18", "tea"u8).SetTimer(reminder).DeleteTimer("cart-18")
        );

        Assert.NotNull(await host.TextAsync("shop", "reminded_18"));
        Assert.Equal("invoice", Assert.Single(await timers.ListAsync()).Timer.Name);
    }

    private static void Declare(FunctionBuilder f) =>
        f.Timer(
            FunctionTimer.ByCron("0 6 1 * *", "Europe/Berlin") with
            {
                Misfire = MisfirePolicy.All,
            }
        );

    private static Task InvoiceAsync(FunctionContext context) => Task.CompletedTask;

    private static ValueTask RemindAsync(FunctionContext context) =>
        context.SetTextAsync("reminded_18", $"{context.Timer?.Scheduled}");
}
