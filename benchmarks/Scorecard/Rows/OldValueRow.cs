using System.Diagnostics;
using Harness.Nodes;
using Harness.Storage;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Kv;

namespace Scorecard.Rows;

/// <summary>
/// A put where a function waits for new keys: the store has to see whether the key is there, and
/// it is. No function starts.
/// </summary>
internal sealed class OldValueRow : IRow
{
    private const int Rounds = 41;
    private const int RoundCalls = 4_000;

    public string Name => "old-value";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        var started = 0L;
        Action land = () => Interlocked.Increment(ref started);
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless => waverless.AddFunction($"{KvNode.App}/land", land, f => f.OnNew("value_{}"))
        );
        using var bare = new BareRocks(data.At("bare"));
        var store = node.Store(KvNode.App);
        var value = KvNode.Value.ToArray();
        var batch = new KvBatch();
        var errors = 0L;
        async Task<double> Product()
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < RoundCalls; call++)
            {
                batch.Clear();
                batch.Set(KvNode.Keys[call], KvNode.Value.Span);
                var result = await store.CommitAsync(batch);
                errors += result.IsCommitted ? 0 : 1;
            }

            return Stopwatch.GetElapsedTime(began).TotalMicroseconds / RoundCalls;
        }

        Task<double> Plain()
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < RoundCalls; call++)
            {
                bare.Put(KvNode.Keys[call], value);
            }

            var micros = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            return Task.FromResult(micros / RoundCalls);
        }

        // The first round makes the keys, and starts a function for each.
        await Product();
        var rounds = await Comparison.RunAsync(Rounds, Product, Plain);
        errors += Math.Abs(Volatile.Read(ref started) - RoundCalls);
        return
        [
            Line.From(
                "KV put that needs the old value",
                "us",
                rounds,
                Bar.RatioAtMost(3),
                "one bare RocksDB put",
                errors
            ),
        ];
    }
}
