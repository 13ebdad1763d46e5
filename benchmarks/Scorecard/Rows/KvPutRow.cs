using System.Diagnostics;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Scorecard.Rows;

internal sealed class KvPutRow : IRow
{
    private const int Rounds = 61;
    private const int RoundCalls = 4_000;

    public string Name => "kv-put";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await KvNode.StartAsync(data, () => { });
        using var batched = new BareRocks(data.At("batched"));
        using var plain = new BareRocks(data.At("plain"));
        var store = node.Store(KvNode.App);
        var keys = KvNode.Keys;
        var records = new CommitRecords(KvNode.Value.ToArray(), "land");
        var value = KvNode.Value.ToArray();
        var batch = new KvBatch();
        var errors = 0L;
        async Task<double> Product()
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < RoundCalls; call++)
            {
                batch.Clear();
                batch.Set(keys[call], KvNode.Value.Span);
                var result = await store.CommitAsync(batch);
                errors += result.IsCommitted ? 0 : 1;
            }

            return Stopwatch.GetElapsedTime(began).TotalMicroseconds / RoundCalls;
        }

        Task<double> Batched() =>
            TimeAsync(call =>
            {
                records.AddPut(batched.Batch, keys[call]);
                batched.Batch.Commit();
            });
        Task<double> Plain() => TimeAsync(call => plain.Put(keys[call], value));
        var againstBatch = await Comparison.RunAsync(Rounds, Product, Batched);
        var againstPut = await Comparison.RunAsync(Rounds, Product, Plain);
        return
        [
            Line.From(
                "KV put",
                "us",
                againstBatch,
                Bar.RatioAtMost(1.25),
                "one RocksDB batch of the same records",
                errors
            ),
            Line.From(
                "KV put, for information",
                "us",
                againstPut,
                Bar.RatioAtMost(1.7),
                "one bare RocksDB put",
                errors
            ),
        ];
    }

    private static Task<double> TimeAsync(Action<int> put)
    {
        var began = Stopwatch.GetTimestamp();
        for (var call = 0; call < RoundCalls; call++)
        {
            put(call);
        }

        return Task.FromResult(Stopwatch.GetElapsedTime(began).TotalMicroseconds / RoundCalls);
    }
}
