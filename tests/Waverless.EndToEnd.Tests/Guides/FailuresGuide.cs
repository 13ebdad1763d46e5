using Microsoft.Extensions.DependencyInjection;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Runtime.Managed;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/failures.md.</summary>
public sealed class FailuresGuide
{
    private bool _isFixed;

    [Fact]
    public async Task Dead_letters_are_replayed_after_the_fix()
    {
        await using var host = await GuideHost.StartAsync(waverless =>
            waverless
                .AddFunction(
                    "shop/mail",
                    MailAsync,
                    f => f.OnSet("order_{}").Writes("mailed_{}").Retry(attempts: 1)
                )
                .AddFunction("shop/rest", () => { }, Configure)
        );
        await host.Store("shop").SetTextAsync("order_1", "tea");
        await host.DeadLettersAsync("shop", 1);
        var deadLetters = host.Services.GetRequiredService<IDeadLetters>();

        var page = await deadLetters.ListAsync(new() { App = "shop", Error = ErrorClass.Failed });
        foreach (var letter in page.Letters)
        {
            Assert.Equal("order_1", $"{letter.Key}");
        }

        _isFixed = true;
        await deadLetters.ReplayAllAsync(new() { App = "shop", Function = "mail" });

        Assert.Single(page.Letters);
        Assert.Equal("sent", await host.TextAsync("shop", "mailed_1"));
    }

    [Fact]
    public async Task Windows_take_several_events()
    {
        await using var host = await GuideHost.StartAsync(Add);
        await host.Store("shop")
            .CommitAsync(new KvBatch().Set("order_1", ""u8).Set("order_2", ""u8));
        Assert.Equal("indexed", await host.TextAsync("shop", "index_1"));
        Assert.Equal("indexed", await host.TextAsync("shop", "index_2"));

        static void Add(Hosting.IWaverlessBuilder waverless) =>
            waverless.AddFunction(
                "shop/index",
                IndexAsync,
                f =>
                    f.OnSet("order_{}").Writes("index_{}").Batch(100, TimeSpan.FromMilliseconds(20))
            );
    }

    static async Task IndexAsync(IReadOnlyList<FunctionEvent> events, FunctionContext context)
    {
        await context.ForEachAsync(async item =>
            await context.SetTextAsync($"index_{item.Key.ToString()![6..]}", "indexed")
        );
    }

    private static void Configure(FunctionBuilder f) =>
        f.Rpc()
            .Retry(attempts: 8, first: TimeSpan.FromSeconds(1))
            .RetryOn(ErrorClass.TimedOut, attempts: 3);

    private async Task MailAsync(FunctionContext context)
    {
        if (!_isFixed)
        {
            throw new InvalidOperationException("The mail server is gone.");
        }

        await context.SetTextAsync("mailed_1", "sent");
    }
}
