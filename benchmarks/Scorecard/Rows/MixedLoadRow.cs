using System.Diagnostics;
using System.Text;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;
using Waverless.Runtime;

namespace Scorecard.Rows;

/// <summary>
/// Ten minutes of everything at once on keys that stay the same: wasm calls, reads, writes,
/// triggered functions, scans. The process's memory at the end against that at minute 2.
/// </summary>
internal sealed class MixedLoadRow : IRow
{
    private const int Workers = 4;
    private const int KeyCount = 10_000;
    private const int StepsPerPause = 200;
    private static readonly TimeSpan LoadTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2);

    // Longer than it takes to fill and flush a write buffer of the store.
    private static readonly TimeSpan LookTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private long _steps;
    private long _errors;

    public string Name => "mixed-load";

    public bool IsLong => true;

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        Func<FunctionContext, ValueTask> copy = context =>
            context.SetAsync("copy_1", context.Key!.Value.Span);
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless =>
                waverless
                    .AddApps(Guest.Folder)
                    .AddFunction(
                        $"{KvNode.App}/copy",
                        copy,
                        f => f.OnSet(KvNode.Trigger).Writes("copy_{}")
                    )
        );
        using var end = new CancellationTokenSource();
        var load = Enumerable
            .Range(0, Workers)
            .Select(worker => Task.Run(() => LoadAsync(node, worker, end.Token)))
            .ToArray();
        await Task.Delay(FirstLook - (LookTime / 2));
        var first = await LookAsync();
        await Task.Delay(LoadTime - FirstLook - (LookTime * 1.5));
        var last = await LookAsync();
        await end.CancelAsync();
        await Task.WhenAll(load);
        return
        [
            new Line(
                "memory after 10 minutes of load",
                "MiB",
                last,
                first,
                last / first,
                Bar.RatioAtMost(1.1),
                $"the same process at minute 2; {_steps} steps",
                _errors
            ),
        ];
    }

    /// <summary>The median of the resident memory over a while, in MiB.</summary>
    private static async Task<double> LookAsync()
    {
        var looks = new List<double>();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < LookTime)
        {
            looks.Add(Environment.WorkingSet / (1024.0 * 1024));
            await Task.Delay(LookPause);
        }

        return Comparison.Median([.. looks]);
    }

    private async Task LoadAsync(BenchmarkNode node, int worker, CancellationToken end)
    {
        var random = new Random(worker);
        var store = node.Store(KvNode.App);
        var batch = new KvBatch();
        while (!end.IsCancellationRequested)
        {
            for (var step = 0; step < StepsPerPause; step++)
            {
                var isRight = await StepAsync(node, store, batch, random);
                Interlocked.Add(ref _errors, isRight ? 0 : 1);
            }

            Interlocked.Add(ref _steps, StepsPerPause);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private static async Task<bool> StepAsync(
        BenchmarkNode node,
        IKvStore store,
        KvBatch batch,
        Random random
    )
    {
        var key = Encoding.UTF8.GetBytes($"value_{random.Next(KeyCount)}");
        switch (random.Next(20))
        {
            case 0:
                var range = KvRange.Prefix(new KvKey(key), limit: 20);
                return (await store.ScanAsync(range)).Entries.Count <= 20;
            case < 3:
                key = Encoding.UTF8.GetBytes($"hop_{random.Next(KeyCount)}");
                goto default;
            case < 8:
                return Guest.IsRight(await node.Invoker.InvokeAsync(new(Guest.Address)));
            case < 14:
                var read = await store.GetAsync(new KvKey(key));
                return read is null || read.Value.Value.Length == KvNode.ValueBytes;
            default:
                batch.Clear();
                batch.Set(key, KvNode.Value.Span);
                return (await store.CommitAsync(batch)).IsCommitted;
        }
    }
}
