using System.Diagnostics;
using System.Text.Json;
using Harness.Nodes;
using Harness.Words;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;

namespace Scorecard.Rows;

internal sealed class WordCountRow : IRow
{
    private const int Rounds = 7;
    private const int TextBytes = 64 << 20;
    private const int Seed = 340;
    private const int Top = 20;

    public string Name => "word_count";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless => waverless.AddApps(BenchmarkNode.AppFolder("word_count"))
        );
        var text = SampleText.Make(TextBytes, Seed);
        var invoker = node.Invoker;
        var errors = 0L;
        WordCounter? counter = null;
        async Task<double> Product()
        {
            var request = new InvocationRequest("word_count/split_file", Payload.From(text))
            {
                WaitForCascade = true,
                Timeout = TimeSpan.FromSeconds(60),
            };
            var began = Stopwatch.GetTimestamp();
            var result = await invoker.InvokeAsync(request);
            var rate = TextBytes / Stopwatch.GetElapsedTime(began).TotalSeconds / (1 << 20);
            var isDone = result.IsCompleted && result.Cascade is { IsFinished: true, Failures: 0 };
            errors += isDone ? 0 : 1;
            return rate;
        }

        Task<double> Counting()
        {
            var began = Stopwatch.GetTimestamp();
            counter = new WordCounter();
            counter.Count(text);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return Task.FromResult(TextBytes / seconds / (1 << 20));
        }

        var rounds = await Comparison.RunAsync(Rounds, Product, Counting);
        errors += await IsSameAsync(invoker, counter!) ? 0 : 1;
        return
        [
            Line.From(
                "word_count over 64 MiB",
                "MiB/s",
                rounds,
                Bar.RatioAtLeast(0.5),
                "single-threaded C#, same bytes; results compared",
                errors
            ),
        ];
    }

    private static async Task<bool> IsSameAsync(IFunctionInvoker invoker, WordCounter counter)
    {
        var answer = await invoker.InvokeAsync(
            new InvocationRequest("word_count/result", Payload.FromText($"top={Top}"))
        );
        using var json = JsonDocument.Parse(answer.Body);
        var top = json
            .RootElement.GetProperty("top")
            .EnumerateArray()
            .Select(entry =>
                (entry.GetProperty("word").GetString()!, entry.GetProperty("count").GetInt64())
            );
        return json.RootElement.GetProperty("words").GetInt64() == counter.Total
            && json.RootElement.GetProperty("distinct").GetInt32() == counter.Distinct
            && top.SequenceEqual(counter.Top(Top));
    }
}
