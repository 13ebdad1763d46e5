using System.Diagnostics;
using System.Text;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Scorecard.Rows;

/// <summary>
/// Events per second of an atomic .NET function that writes one key per event: in windows of 100,
/// against the same function started by each event alone. The events are there before the clock
/// starts, and one invocation runs at a time.
/// </summary>
internal sealed class BatchWindowRow : IRow
{
    private const int Events = 4_000;
    private const int WindowEvents = 100;
    private const int PerCommit = 1_000;
    private const int Rounds = 31;
    private const string App = "window";
    private static readonly TimeSpan RoundTime = TimeSpan.FromMinutes(1);
    private TaskCompletionSource _begin = new();
    private long _handled;
    private long _errors;

    public string Name => "batch-window";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless =>
            {
                Func<FunctionContext, ValueTask<InvocationResult>> handle = HandleAsync;
                waverless.AddFunction(
                    $"{App}/single",
                    handle,
                    f => f.OnSet("single_{}").Writes("out_{}").Concurrency(1)
                );
                waverless.AddFunction(
                    $"{App}/batched",
                    handle,
                    f =>
                        f.OnSet("batched_{}")
                            .Writes("out_{}")
                            .Concurrency(1)
                            .Batch(WindowEvents, TimeSpan.FromMilliseconds(20))
                );
            }
        );
        var store = node.Store(App);
        var rounds = await Comparison.RunAsync(
            Rounds,
            () => RoundAsync(store, "batched"),
            () => RoundAsync(store, "single")
        );
        return
        [
            Line.From(
                "events in windows of 100",
                "1/s",
                rounds,
                Bar.RatioAtLeast(5),
                "the same events one by one",
                _errors
            ),
        ];
    }

    private async ValueTask<InvocationResult> HandleAsync(FunctionContext context)
    {
        await _begin.Task;
        foreach (var item in context.Events)
        {
            context.Begin(item);
            await context.SetAsync(OutOf(item), KvNode.Value.Span);
        }

        Interlocked.Add(ref _handled, context.Events.Count);
        return InvocationResult.Completed();
    }

    private static KvKey OutOf(FunctionEvent item)
    {
        var key = item.Key!.Value.Utf8;
        var from = key.Span.IndexOf((byte)'_');
        byte[] name = [.. "out"u8, .. key.Span[from..]];
        return new KvKey(name);
    }

    private async Task<double> RoundAsync(IKvStore store, string kind)
    {
        Interlocked.Exchange(ref _handled, 0);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _begin = begin;
        var batch = new KvBatch();
        for (var set = 0; set < Events; set += PerCommit)
        {
            batch.Clear();
            for (var index = 0; index < PerCommit; index++)
            {
                var key = Encoding.UTF8.GetBytes($"{kind}_{set + index}");
                batch.Set(key, KvNode.Value.Span);
            }

            var result = await store.CommitAsync(batch);
            _errors += result.IsCommitted ? 0 : 1;
        }

        var began = Stopwatch.GetTimestamp();
        begin.SetResult();
        while (Interlocked.Read(ref _handled) < Events)
        {
            await Task.Delay(1);
            if (Stopwatch.GetElapsedTime(began) > RoundTime)
            {
                throw new TimeoutException($"{_handled} of {Events} events were handled.");
            }
        }

        return Events / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
