using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Waverless.EndToEnd.Hosts;
using Waverless.Runtime;

namespace Waverless.EndToEnd.Failures;

/// <summary>A delegate that takes several events at once, as a user writes it.</summary>
public sealed class WindowTests
{
    [Fact]
    public async Task Events_come_in_windows_and_those_that_fail_come_again()
    {
        var windows = new ConcurrentQueue<int>();
        var failedOnce = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await using var node = await LiveNode.StartAsync(waverless =>
        {
            waverless.AddFunction(
                "lines/add",
                async (FunctionContext context) =>
                {
                    for (var line = 0; line < 100; line++)
                    {
                        await context.SetAsync($"line_{line}", "x"u8.ToArray());
                    }

                    return "added";
                },
                f => f.Post().Writes("line_{}")
            );
            waverless.AddFunction(
                "lines/index",
                async (IReadOnlyList<FunctionEvent> events, FunctionContext context) =>
                {
                    windows.Enqueue(events.Count);
                    await context.ForEachAsync(async item =>
                    {
                        var line = item.Key.ToString()!;
                        await context.SetAsync($"index_{line[5..]}", "y"u8.ToArray());
                        if (line.EndsWith('7') && failedOnce.TryAdd(line, true))
                        {
                            throw new InvalidOperationException("not now");
                        }
                    });
                },
                f =>
                    f.OnSet("line_{}")
                        .Writes("index_{}")
                        .Retry(first: TimeSpan.FromMilliseconds(1))
                        .Batch(50, TimeSpan.FromMilliseconds(100))
            );
            waverless.AddFunction(
                "lines/count",
                async (FunctionContext context) =>
                {
                    var count = 0;
                    await foreach (var entry in context.ScanAsync("index_"))
                    {
                        count += entry.Value.Length;
                    }

                    return $"{count}";
                },
                f => f.Post().Reads("index_{}")
            );
        });

        Assert.Equal("added", await node.TextAsync("lines/add"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await node.TextAsync("lines/count") != "100")
        {
            await Task.Delay(20, patience.Token);
        }

        Assert.Equal(10, failedOnce.Count);
        Assert.Equal(110, windows.Sum());
        Assert.InRange(windows.Count, 3, 40);
    }
}
