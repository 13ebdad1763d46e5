using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/idempotency.md.</summary>
public sealed class IdempotencyGuide
{
    [Fact]
    public async Task What_is_repeated_takes_effect_once()
    {
        await using var host = await GuideHost.StartAsync(waverless =>
            waverless.AddFunction(
                "bank/deposit",
                DepositAsync,
                f => f.Post().Reads("total").Writes("total")
            )
        );
        var invoker = host.Services.GetRequiredService<IFunctionInvoker>();
        var store = host.Store("bank");

        for (var i = 0; i < 2; i++)
        {
            var result = await invoker.InvokeAsync(
                new InvocationRequest("bank/deposit", Payload.FromText("5"))
                {
                    IdempotencyKey = "8e03978e",
                }
            );
            Assert.Equal("5", result.Text);

            var imported = await store.CommitAsync(
                new KvBatch { IdempotencyKey = "import-7" }
                    .RequireAbsent("account_7")
                    .Set("account_7", "0"u8)
            );
            Assert.True(imported.IsCommitted);
        }

        Assert.Equal("5", await store.GetTextAsync("total"));
    }

    private static async Task<string> DepositAsync(FunctionContext context, string amount)
    {
        var total = int.Parse(await context.GetTextAsync("total") ?? "0") + int.Parse(amount);
        await context.SetTextAsync("total", $"{total}");
        return $"{total}";
    }
}
