using System.Diagnostics;
using System.Globalization;
using System.Text;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Scorecard.Rows;

/// <summary>All of a million keys in order, page by page, from table files.</summary>
internal sealed class ScanRow : IRow
{
    private const int Rounds = 9;
    private const int KeyCount = 1_000_000;
    private const int BatchKeys = 5_000;

    public string Name => "scan";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await FillAsync(data);
        await using var node = await KvNode.StartAsync(data, () => { });
        using var bare = new BareRocks(data.At("bare"));
        var store = node.Store(KvNode.App);
        var errors = 0L;
        async Task<double> Product()
        {
            var began = Stopwatch.GetTimestamp();
            var range = KvRange.Prefix(new KvKey("scan_"u8.ToArray()));
            var (count, bytes) = (0L, 0L);
            while (true)
            {
                var page = await store.ScanAsync(range);
                foreach (var entry in page.Entries)
                {
                    count++;
                    bytes += entry.Key.Span.Length + entry.Value.Length + entry.Value.Span[^1];
                }

                if (page.Next is not { } next)
                {
                    break;
                }

                range = range with { From = next };
            }

            errors += count == KeyCount && bytes == Expected ? 0 : 1;
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Task<double> Plain()
        {
            var began = Stopwatch.GetTimestamp();
            var (count, bytes) = bare.Scan("scan_"u8.ToArray());
            errors += count == KeyCount && bytes == Expected ? 0 : 1;
            return Task.FromResult(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await Product();
        await Plain();
        var rounds = await Comparison.RunAsync(Rounds, Product, Plain);
        return
        [
            Line.From(
                "scan of 1,000,000 keys",
                "ms",
                rounds,
                Bar.RatioAtMost(1.3),
                "bare RocksDB iterator, after a restart",
                errors
            ),
        ];
    }

    private static long Expected =>
        KeyCount * (Key(0).Length + KvNode.ValueBytes + (long)KvNode.Value.Span[^1]);

    private static byte[] Key(int index) =>
        Encoding.UTF8.GetBytes("scan_" + index.ToString("D8", CultureInfo.InvariantCulture));

    /// <summary>Both stores are filled and closed, so that both read from table files.</summary>
    private static async Task FillAsync(TemporaryFolder data)
    {
        using var bare = new BareRocks(data.At("bare"));
        await using var node = await KvNode.StartAsync(data, () => { });
        var store = node.Store(KvNode.App);
        var batch = new KvBatch();
        foreach (var keys in Enumerable.Range(0, KeyCount).Select(Key).Chunk(BatchKeys))
        {
            batch.Clear();
            foreach (var key in keys)
            {
                batch.Set(key, KvNode.Value.Span);
                bare.Batch.Add(key, KvNode.Value.Span);
            }

            bare.Batch.Commit();
            var result = await store.CommitAsync(batch);
            if (!result.IsCommitted)
            {
                throw new InvalidOperationException(result.ToString());
            }
        }
    }
}
