using System.Diagnostics;
using System.Text;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Scorecard.Rows;

/// <summary>
/// From before the set to the first instruction of a triggered .NET function, while a million
/// events of another function of the same partition wait, most of them on disk since a restart.
/// The baseline is another node with nothing that waits.
/// </summary>
internal sealed class HopBehindBacklogRow : IRow
{
    private const int Waiting = 1_000_000;
    private const int PerCommit = 1_000;
    private const int Rounds = 31;
    private const int RoundHops = 300;
    private const string App = "behind";
    private static readonly TimeSpan LandTime = TimeSpan.FromSeconds(10);

    private readonly KvBatch _batch = new();
    private long _landings;
    private long _landedAt;
    private long _errors;

    public string Name => "hop-behind-backlog";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await FillAsync(data);
        var release = new TaskCompletionSource();
        var behind = await StartAsync(data.At("behind"), release.Task);
        var empty = await StartAsync(data.At("empty"), release.Task);
        try
        {
            var (slow, fast) = (behind.Store(App), empty.Store(App));
            for (var round = 0; round < 10; round++)
            {
                Hops(slow);
                Hops(fast);
            }

            var rounds = await Comparison.RunAsync(
                Rounds,
                () => Task.FromResult(Hops(slow)),
                () => Task.FromResult(Hops(fast))
            );
            return
            [
                Line.From(
                    "hop behind a backlog of 1 M",
                    "us",
                    rounds,
                    Bar.RatioAtMost(1.3),
                    "the same hop with an empty inbox",
                    _errors
                ),
            ];
        }
        finally
        {
            await StopAsync(behind, release);
            await empty.DisposeAsync();
        }
    }

    private async Task FillAsync(TemporaryFolder data)
    {
        var release = new TaskCompletionSource();
        var node = await StartAsync(data.At("behind"), release.Task);
        var store = node.Store(App);
        var batch = new KvBatch();
        for (var filled = 0; filled < Waiting; filled += PerCommit)
        {
            batch.Clear();
            for (var index = 0; index < PerCommit; index++)
            {
                batch.Set(Encoding.UTF8.GetBytes($"heavy_{filled + index}"), KvNode.Value.Span);
            }

            var result = await store.CommitAsync(batch);
            if (!result.IsCommitted)
            {
                throw new InvalidOperationException(result.Reason);
            }
        }

        await StopAsync(node, release);
    }

    /// <summary>The node begins to stop first: then what is released is not followed by more.</summary>
    private static async Task StopAsync(BenchmarkNode node, TaskCompletionSource release)
    {
        var stopping = node.DisposeAsync().AsTask();
        await Task.Delay(200);
        release.TrySetResult();
        await stopping;
    }

    private Task<BenchmarkNode> StartAsync(string folder, Task release) =>
        BenchmarkNode.StartAsync(
            folder,
            waverless =>
            {
                Func<FunctionContext, ValueTask<InvocationResult>> heavy = async _ =>
                {
                    await release;
                    return InvocationResult.Completed();
                };
                Func<FunctionContext, ValueTask<InvocationResult>> land = _ =>
                {
                    Land();
                    return new(InvocationResult.Completed());
                };
                waverless.Configure(options => options.BacklogMax = 10L * Waiting);
                waverless.AddFunction(
                    $"{App}/heavy",
                    heavy,
                    f => f.OnSet("heavy_{}").Timeout(TimeSpan.FromHours(1))
                );
                waverless.AddFunction($"{App}/land", land, f => f.OnSet("land_{}"));
            }
        );

    private double Hops(IKvStore store)
    {
        var hops = new double[RoundHops];
        for (var index = 0; index < hops.Length; index++)
        {
            hops[index] = Hop(store, index);
        }

        return Comparison.Median(hops);
    }

    private void Land()
    {
        Volatile.Write(ref _landedAt, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _landings);
    }

    private double Hop(IKvStore store, int index)
    {
        var expected = Volatile.Read(ref _landings) + 1;
        _batch.Clear();
        _batch.Set(Encoding.UTF8.GetBytes($"land_{index}"), KvNode.Value.Span);
        var began = Stopwatch.GetTimestamp();
        var commit = store.CommitAsync(_batch);
        var result = commit.IsCompleted
            ? commit.Result
            : commit.AsTask().ConfigureAwait(false).GetAwaiter().GetResult();
        _errors += result.IsCommitted ? 0 : 1;
        var wait = default(SpinWait);
        while (Volatile.Read(ref _landings) < expected)
        {
            wait.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetElapsedTime(began) > LandTime)
            {
                throw new TimeoutException("The triggered function did not begin.");
            }
        }

        return Stopwatch.GetElapsedTime(began, Volatile.Read(ref _landedAt)).TotalMicroseconds;
    }
}
