using System.Diagnostics;
using System.Text;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Scorecard.Rows;

/// <summary>
/// From before the set to the first instruction of a triggered .NET function. Busy: the next set
/// comes as soon as the function has begun. Idle: nothing happens for 2 ms before each set.
/// </summary>
internal sealed class TriggerHopRow : IRow
{
    private const int Rounds = 31;
    private const int RoundHops = 1_000;
    private const int IdleHops = 400;
    private const int KeysUsed = 1_024;
    private static readonly TimeSpan LandTime = TimeSpan.FromSeconds(10);
    private readonly KvBatch _batch = new();
    private readonly byte[][] _keys =
    [
        .. Enumerable.Range(0, KeysUsed).Select(index => Encoding.UTF8.GetBytes($"hop_{index}")),
    ];
    private long _landings;
    private long _landedAt;
    private long _errors;

    public string Name => "trigger-hop";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await KvNode.StartAsync(data, Land);
        using var bare = new BareRocks(data.At("bare"));
        var store = node.Store(KvNode.App);
        var records = new CommitRecords(KvNode.Value.ToArray(), "land");
        Task<double> Batches() => Task.FromResult(TimeBatches(bare, records));
        for (var round = 0; round < 10; round++)
        {
            Busy(store);
        }

        var busy = await Comparison.RunAsync(Rounds, () => Task.FromResult(Busy(store)), Batches);
        var idle = Comparison.Median(Idle(index => Hop(store, index)));
        var idleBatch = Comparison.Median(Idle(index => TimeBatch(bare, records, index)));
        return
        [
            Line.From(
                "KV set to triggered function, busy",
                "us",
                busy,
                Bar.RatioAtMost(4),
                "one RocksDB batch of put + event record",
                _errors
            ),
            new Line(
                "KV set to triggered function, idle",
                "us",
                idle,
                idleBatch,
                idle / idleBatch,
                Bar.AtMost(60),
                "the same batch; 2 ms idle before each, for both",
                _errors
            ),
        ];
    }

    private void Land()
    {
        Volatile.Write(ref _landedAt, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _landings);
    }

    private double Busy(IKvStore store)
    {
        var hops = new double[RoundHops];
        for (var index = 0; index < hops.Length; index++)
        {
            hops[index] = Hop(store, index);
        }

        return Comparison.Median(hops);
    }

    private static double[] Idle(Func<int, double> step)
    {
        var steps = new double[IdleHops];
        for (var index = 0; index < steps.Length; index++)
        {
            Thread.Sleep(2);
            steps[index] = step(index);
        }

        return steps;
    }

    private double Hop(IKvStore store, int index)
    {
        var expected = Volatile.Read(ref _landings) + 1;
        _batch.Clear();
        _batch.Set(_keys[index % KeysUsed], KvNode.Value.Span);
        var began = Stopwatch.GetTimestamp();
        var commit = store.CommitAsync(_batch);
        var result = commit.IsCompleted
            ? commit.Result
            : commit.AsTask().ConfigureAwait(false).GetAwaiter().GetResult();
        _errors += result.IsCommitted ? 0 : 1;
        var wait = default(SpinWait);
        while (Volatile.Read(ref _landings) < expected)
        {
            // Yields the core but never sleeps: a sleep would be longer than what is measured.
            wait.SpinOnce(sleep1Threshold: -1);
            if (Stopwatch.GetElapsedTime(began) > LandTime)
            {
                throw new TimeoutException("The triggered function did not begin.");
            }
        }

        return Stopwatch.GetElapsedTime(began, Volatile.Read(ref _landedAt)).TotalMicroseconds;
    }

    private double TimeBatches(BareRocks bare, CommitRecords records)
    {
        var batches = new double[RoundHops];
        for (var index = 0; index < batches.Length; index++)
        {
            batches[index] = TimeBatch(bare, records, index);
        }

        return Comparison.Median(batches);
    }

    private double TimeBatch(BareRocks bare, CommitRecords records, int index)
    {
        var began = Stopwatch.GetTimestamp();
        records.AddPutAndEvent(bare, _keys[index % KeysUsed]);
        bare.Commit();
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }
}
