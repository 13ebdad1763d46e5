using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.EndToEnd.Hosts;
using Waverless.Hosting;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Overload;

/// <summary>An app whose events pile up.</summary>
public sealed class BacklogTests
{
    private const int BacklogMax = 8;

    [Fact]
    public async Task At_the_bound_roots_are_refused_and_triggered_work_drains()
    {
        var gate = new TaskCompletionSource();
        var ended = new CountdownEvent(1);
        await using var node = await LiveNode.StartAsync(w => Pile(w, gate.Task, ended));
        var taken = await PushUntilRefusedAsync(node, ended);
        Assert.InRange(taken, BacklogMax, 4 * BacklogMax);

        // Other apps have their own backlog.
        await node.AssertAliveAsync();
        gate.SetResult();
        ended.Signal();
        ended.Wait(TestContext.Current.CancellationToken);

        Assert.Empty(node.Log.Of(LogLevel.Error));
        await node.UntilAsync(200, "pile/push", "again");
    }

    private static void Pile(IWaverlessBuilder waverless, Task gate, CountdownEvent ended) =>
        waverless
            .Configure(options => options.BacklogMax = BacklogMax)
            .AddFunction(
                "pile/push",
                async (string item, FunctionContext context) =>
                    await context.SetAsync($"in_{item}", "x"u8),
                f => f.Post().Writes("in_{}")
            )
            .AddFunction(
                "pile/pull",
                async (string key, FunctionContext context) =>
                {
                    await gate;
                    await context.SetAsync("out_" + key[3..], "x"u8);
                },
                f => f.OnSet("in_{}").Writes("out_{}")
            )
            .AddFunction("pile/last", () => ended.Signal(), f => f.OnSet("out_{}"));

    private static async Task<int> PushUntilRefusedAsync(LiveNode node, CountdownEvent ended)
    {
        for (var pushed = 0; ; pushed++)
        {
            ended.AddCount();
            using var answer = await node.CallAsync("pile/push", $"{pushed}");
            if (answer.IsSuccessStatusCode)
            {
                continue;
            }

            await answer.AssertProblemAsync(503, "overloaded", "pile");
            Assert.NotNull(answer.Headers.RetryAfter);
            ended.Signal();
            return pushed;
        }
    }
}
