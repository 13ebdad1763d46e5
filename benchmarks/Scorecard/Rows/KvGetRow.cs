using System.Buffers;
using System.Diagnostics;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Scorecard.Rows;

internal sealed class KvGetRow : IRow
{
    private const int Rounds = 61;
    private const int RoundCalls = 10_000;
    private const int BatchKeys = 500;

    public string Name => "kv-get";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await FillAsync(data);
        await using var node = await KvNode.StartAsync(data, () => { });
        using var bare = new BareRocks(data.At("bare"));
        var store = node.Store(KvNode.App);
        var keys = KvNode.Keys;
        var into = new ArrayBufferWriter<byte>(KvNode.ValueBytes);
        var buffer = new byte[KvNode.ValueBytes];
        var errors = 0L;
        var (ours, theirs) = (0, 0);
        var rounds = await Comparison.RunAsync(
            Rounds,
            async () =>
            {
                var began = Stopwatch.GetTimestamp();
                for (var call = 0; call < RoundCalls; call++)
                {
                    into.ResetWrittenCount();
                    var read = await store.GetAsync(new KvKey(keys[ours++ % keys.Count]), into);
                    errors +=
                        read.Found && into.WrittenSpan.SequenceEqual(KvNode.Value.Span) ? 0 : 1;
                }

                return Stopwatch.GetElapsedTime(began).TotalMicroseconds / RoundCalls;
            },
            () =>
            {
                var began = Stopwatch.GetTimestamp();
                for (var call = 0; call < RoundCalls; call++)
                {
                    var length = bare.Get(keys[theirs++ % keys.Count], buffer);
                    var isRight =
                        length == buffer.Length && buffer.AsSpan().SequenceEqual(KvNode.Value.Span);
                    errors += isRight ? 0 : 1;
                }

                var micros = Stopwatch.GetElapsedTime(began).TotalMicroseconds / RoundCalls;
                return Task.FromResult(micros);
            }
        );
        return
        [
            Line.From(
                "KV get",
                "us",
                rounds,
                Bar.RatioAtMost(1.25),
                $"bare RocksDB, {KvNode.KeyCount} keys after a restart",
                errors
            ),
        ];
    }

    /// <summary>Both stores are filled and closed, so that both read from table files.</summary>
    private static async Task FillAsync(TemporaryFolder data)
    {
        using var bare = new BareRocks(data.At("bare"));
        await using var node = await KvNode.StartAsync(data, () => { });
        var store = node.Store(KvNode.App);
        var batch = new KvBatch();
        foreach (var keys in KvNode.Keys.Chunk(BatchKeys))
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
