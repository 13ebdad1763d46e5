using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/messages.md.</summary>
public sealed class MessagesGuide
{
    [Fact]
    public async Task Messages_commit_with_data()
    {
        await using var host = await GuideHost.BuildAsync(builder =>
        {
            builder.Services.AddWaverless(waverless => waverless.UseMemory());
            builder.Services.AddWaverless(waverless =>
                waverless
                    .AddFunction(
                        "shop/order",
                        PlaceOrderAsync,
                        f => f.Post().Writes("order_{}").Sends("mail/send")
                    )
                    .AddFunction("mail/send", SendMailAsync, f => f.OnMessage().Writes("sent_{}"))
            );
        });
        var invoker = host.Services.GetRequiredService<IFunctionInvoker>();
        var order = "1"u8.ToArray();
        var result = await invoker.InvokeAsync(
            new InvocationRequest("shop/order", Payload.From(order))
        );
        Assert.Equal(InvocationStatus.Completed, result.Status);
        Assert.Equal("1", await host.TextAsync("mail", "sent_1"));

        var (store, id) = (host.Store("shop"), 2);
        order = "2"u8.ToArray();

        // In code of the host: one commit.
        await store.CommitAsync(
            new KvBatch()
                .Set($"order_{id}", order)
                .Enqueue(
                    "mail/send",
                    order,
                    delay: TimeSpan.FromSeconds(1),
                    idempotencyKey: $"mail-{id}"
                )
        );

        Assert.Equal("2", await host.TextAsync("mail", "sent_2"));
    }

    // In a function: buffered, and committed with what it writes.
    static async Task PlaceOrderAsync(FunctionContext context, byte[] order)
    {
        await context.SetAsync("order_1", order);
        await context.EnqueueAsync("mail/send", order);
    }

    private static ValueTask SendMailAsync(FunctionContext context, byte[] order) =>
        context.SetAsync($"sent_{(char)order[0]}", order);
}
