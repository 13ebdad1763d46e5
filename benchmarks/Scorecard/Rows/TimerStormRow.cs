using System.Buffers.Binary;
using System.Diagnostics;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Timers;

namespace Scorecard.Rows;

/// <summary>
/// 100,000 timers that are due in the same second: how late the last one runs, whether each runs
/// once, and what a call with a write in another app takes meanwhile.
/// </summary>
internal sealed class TimerStormRow : IRow
{
    private const int Timers = 100_000;
    private const int TimersPerBatch = 500;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(60);

    private readonly int[] _runs = new int[Timers];
    private long _landed;
    private long _lastMs;

    public string Name => "timer-storm";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless =>
                waverless
                    .AddFunction("storm/land", Land, f => f.Rpc())
                    .AddFunction("other/put", PutAsync, f => f.Rpc().Writes("k"))
        );
        var due = DateTimeOffset.UtcNow.AddSeconds(30);
        await SetAsync(node.Store("storm"), due);
        var wait = due - Before - DateTimeOffset.UtcNow;
        if (wait < TimeSpan.Zero)
        {
            throw new TimeoutException("Setting the timers took too long to measure anything.");
        }

        await Task.Delay(wait);
        var calm = await TrafficAsync(node.Invoker, () => DateTimeOffset.UtcNow >= due);
        var began = Stopwatch.GetTimestamp();
        var storm = await TrafficAsync(
            node.Invoker,
            () => Volatile.Read(ref _landed) >= Timers || Stopwatch.GetElapsedTime(began) > GiveUp
        );
        await Task.Delay(TimeSpan.FromSeconds(1));
        var wrong = _runs.LongCount(runs => runs != 1);
        var lateness = (_lastMs - due.ToUnixTimeMilliseconds()) / 1_000.0;
        var (p99, calmP99) = (TimerDueRow.Percentile(storm), TimerDueRow.Percentile(calm));
        return
        [
            new(
                "100,000 timers at once, the last",
                "s",
                lateness,
                0,
                0,
                Bar.AtMost(10),
                "timers in one second; errors: timers that did not run exactly once",
                wrong
            ),
            new(
                "other traffic meanwhile, p99",
                "ms",
                p99,
                calmP99,
                p99 / calmP99,
                Bar.RatioAtMost(3),
                "the same before it: a call of another app's function that writes"
            ),
        ];
    }

    private static async Task<List<double>> TrafficAsync(IFunctionInvoker invoker, Func<bool> ends)
    {
        var request = new InvocationRequest(FunctionAddress.Parse("other/put"), default);
        var taken = new List<double>();
        while (!ends())
        {
            var began = Stopwatch.GetTimestamp();
            var result = await invoker.InvokeAsync(request);
            if (!result.IsCompleted)
            {
                throw new UnreachableException($"The other app's call failed: {result.Error}");
            }

            taken.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }

        return taken;
    }

    private static async Task SetAsync(IKvStore store, DateTimeOffset due)
    {
        var batch = new KvBatch();
        for (var index = 0; index < Timers; index++)
        {
            var payload = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(payload, index);

            // Spread over the same second.
            var when = FunctionTimer.Once(due.AddMilliseconds(index % 1_000));
            batch.SetTimer(new NamedTimer($"t{index}", "land", when) { Payload = payload });
            if (batch.Count == TimersPerBatch)
            {
                var set = await store.CommitAsync(batch);
                if (!set.IsCommitted)
                {
                    throw new UnreachableException($"Timers were refused: {set.Reason}");
                }

                batch.Clear();
            }
        }
    }

    private static async ValueTask<InvocationResult> PutAsync(FunctionContext context)
    {
        await context.SetAsync("k", KvNode.Value.Span);
        return InvocationResult.Completed();
    }

    private ValueTask<InvocationResult> Land(FunctionContext context)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var index = BinaryPrimitives.ReadInt32LittleEndian(context.Payload.Bytes.FirstSpan);
        Interlocked.Increment(ref _runs[index]);
        InterlockedMax(nowMs);
        Interlocked.Increment(ref _landed);
        return new(InvocationResult.Completed());
    }

    private void InterlockedMax(long nowMs)
    {
        var seen = Volatile.Read(ref _lastMs);
        while (nowMs > seen)
        {
            var before = Interlocked.CompareExchange(ref _lastMs, nowMs, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
