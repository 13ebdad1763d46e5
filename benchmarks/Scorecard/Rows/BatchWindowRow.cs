using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;

namespace Scorecard.Rows;

/// <summary>
/// Events per second of an atomic .NET function in windows of 100, against the same function
/// started by each event alone. One line for a function that adds each invocation's events to a
/// total, which windows are for; one, for information, for a function that writes a key per event,
/// where the store's work for that key and for the event's record is the same either way. The
/// events are there before the clock starts, and one invocation runs at a time.
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
    private TaskCompletionSource _end = new();
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
                Add(waverless, "total", AddToTotalAsync);
                Add(waverless, "each", WriteEachAsync);
            }
        );
        var store = node.Store(App);
        return
        [
            await MeasureAsync(store, "total", "one total", Bar.RatioAtLeast(5)),
            await MeasureAsync(store, "each", "a key each", Bar.None),
        ];
    }

    private static void Add(
        IWaverlessBuilder waverless,
        string kind,
        Func<FunctionContext, ValueTask> handle
    )
    {
        waverless.AddFunction(
            $"{App}/{kind}-single",
            handle,
            f => f.OnSet($"{kind}-single_{{}}").Reads("out_{}").Writes("out_{}").Concurrency(1)
        );
        waverless.AddFunction(
            $"{App}/{kind}-window",
            handle,
            f =>
                f.OnSet($"{kind}-window_{{}}")
                    .Reads("out_{}")
                    .Writes("out_{}")
                    .Concurrency(1)
                    .Batch(WindowEvents, TimeSpan.FromMilliseconds(20))
        );
    }

    private async Task<Line> MeasureAsync(IKvStore store, string kind, string name, Bar bar)
    {
        var rounds = await Comparison.RunAsync(
            Rounds,
            () => RoundAsync(store, $"{kind}-window"),
            () => RoundAsync(store, $"{kind}-single")
        );
        return Line.From(
            $"events in windows of 100, {name}",
            "1/s",
            rounds,
            bar,
            "the same events one by one",
            _errors
        );
    }

    private async ValueTask AddToTotalAsync(FunctionContext context)
    {
        await _begin.Task;
        var read = await context.GetAsync("out_total");
        var total = read is { } stored
            ? BinaryPrimitives.ReadInt64LittleEndian(stored.Value.Span)
            : 0;
        foreach (var item in context.Events)
        {
            total += item.Key!.Value.Span.Length;
        }

        var sum = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(sum, total);
        await context.SetAsync("out_total", sum);
        Handled(context.Events.Count);
    }

    private async ValueTask WriteEachAsync(FunctionContext context)
    {
        await _begin.Task;
        foreach (var item in context.Events)
        {
            context.Begin(item);
            await context.SetAsync(OutOf(item), KvNode.Value.Span);
        }

        Handled(context.Events.Count);
    }

    private void Handled(int count)
    {
        if (Interlocked.Add(ref _handled, count) >= Events)
        {
            _end.TrySetResult();
        }
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

        _end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var began = Stopwatch.GetTimestamp();
        begin.SetResult();
        await _end.Task.WaitAsync(RoundTime);
        return Events / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
