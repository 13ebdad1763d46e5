using System.Diagnostics;
using Harness.Nodes;
using Harness.Wasm;
using Waverless.Invocations;

namespace Scorecard.Rows;

internal sealed class TwoThreadsRow : IRow
{
    private const int Rounds = 31;
    private const int Threads = 2;
    private const int CheckEvery = 64;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);

    public string Name => "two-threads";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await Guest.StartNodeAsync(data);
        using var engine = new RawEngine();
        using var module = RawModule.Compile(engine, Guest.Wasm, Guest.Export);
        var invoker = node.Invoker;
        var request = new InvocationRequest(Guest.Address);
        var errors = 0L;
        bool CallProduct()
        {
            var call = invoker.InvokeAsync(request);
            var result = call.IsCompleted
                ? call.Result
                : call.AsTask().ConfigureAwait(false).GetAwaiter().GetResult();
            return Guest.IsRight(result);
        }

        double Rate(Func<bool> call, TimeSpan time)
        {
            var calls = Saturate(call, time, out var wrong, out var elapsed);
            errors += wrong;
            return calls / elapsed.TotalSeconds;
        }

        Rate(CallProduct, WarmUpTime);
        Rate(() => Guest.RunRaw(module), WarmUpTime);
        var rounds = await Comparison.RunAsync(
            Rounds,
            () => Task.FromResult(Rate(CallProduct, RoundTime)),
            () => Task.FromResult(Rate(() => Guest.RunRaw(module), RoundTime))
        );
        return
        [
            Line.From(
                "fresh wasm, two threads",
                "/s",
                rounds,
                Bar.RatioAtLeast(0.6),
                "raw C API on two threads, same module",
                errors
            ),
        ];
    }

    private static long Saturate(
        Func<bool> call,
        TimeSpan time,
        out long errors,
        out TimeSpan elapsed
    )
    {
        var total = 0L;
        var wrong = 0L;
        var began = Stopwatch.GetTimestamp();
        var threads = new Thread[Threads];
        for (var index = 0; index < Threads; index++)
        {
            threads[index] = new Thread(() =>
            {
                var (calls, failures) = (0L, 0L);
                while (Stopwatch.GetElapsedTime(began) < time)
                {
                    for (var step = 0; step < CheckEvery; step++)
                    {
                        failures += call() ? 0 : 1;
                    }

                    calls += CheckEvery;
                }

                Interlocked.Add(ref total, calls);
                Interlocked.Add(ref wrong, failures);
            });
            threads[index].Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        elapsed = Stopwatch.GetElapsedTime(began);
        errors = wrong;
        return total;
    }
}
