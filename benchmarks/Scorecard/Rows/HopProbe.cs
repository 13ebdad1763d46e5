using System.Diagnostics;
using System.Text;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Scorecard.Rows;

/// <summary>
/// Times from before a set to the first instruction of the .NET function that it triggers, and a
/// bare batch of the same put and event record. For one thread.
/// </summary>
internal sealed class HopProbe
{
    private const int KeysUsed = 1_024;
    private static readonly TimeSpan LandTime = TimeSpan.FromSeconds(10);
    private readonly KvBatch _batch = new();
    private readonly CommitRecords _records = new(KvNode.Value.ToArray(), "land");
    private readonly byte[][] _keys =
    [
        .. Enumerable.Range(0, KeysUsed).Select(index => Encoding.UTF8.GetBytes($"hop_{index}")),
    ];
    private long _landings;
    private long _landedAt;

    /// <summary>Sets that were not committed.</summary>
    public long Errors { get; private set; }

    /// <summary>The triggered function.</summary>
    public void Land()
    {
        Volatile.Write(ref _landedAt, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _landings);
    }

    /// <summary>The median of as many steps, one after the other.</summary>
    public static Task<double> MedianAsync(int steps, Func<int, double> step)
    {
        var times = new double[steps];
        for (var index = 0; index < times.Length; index++)
        {
            times[index] = step(index);
        }

        return Task.FromResult(Comparison.Median(times));
    }

    public double Hop(IKvStore store, int index)
    {
        var expected = Volatile.Read(ref _landings) + 1;
        _batch.Clear();
        _batch.Set(_keys[index % KeysUsed], KvNode.Value.Span);
        var began = Stopwatch.GetTimestamp();
        var commit = store.CommitAsync(_batch);
        var result = commit.IsCompleted
            ? commit.Result
            : commit.AsTask().ConfigureAwait(false).GetAwaiter().GetResult();
        Errors += result.IsCommitted ? 0 : 1;
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

    public double Batch(BareRocks bare, int index)
    {
        var began = Stopwatch.GetTimestamp();
        _records.AddPutAndEvent(bare.Batch, _keys[index % KeysUsed]);
        bare.Batch.Commit();
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }
}
