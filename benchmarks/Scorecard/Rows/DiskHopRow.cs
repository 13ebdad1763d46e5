using Harness.Nodes;
using Harness.Storage;
using Waverless.Storage;

namespace Scorecard.Rows;

/// <summary>The hop of a triggered function where every commit is forced to the disk.</summary>
internal sealed class DiskHopRow : IRow
{
    private const int Rounds = 21;
    private const int RoundHops = 100;

    public string Name => "disk-hop";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        var probe = new HopProbe();
        using var data = new TemporaryFolder();
        await using var node = await KvNode.StartAsync(data, probe.Land, StorageDurability.Disk);
        using var bare = new BareRocks(data.At("bare"), sync: true);
        var store = node.Store(KvNode.App);
        Task<double> Hops() => HopProbe.MedianAsync(RoundHops, index => probe.Hop(store, index));
        Task<double> Batches() =>
            HopProbe.MedianAsync(RoundHops, index => probe.Batch(bare, index));
        await WarmUp.RunAsync(Hops, Batches);
        var rounds = await Comparison.RunAsync(Rounds, Hops, Batches);
        return
        [
            Line.From(
                "durable hop, Disk, p50",
                "us",
                rounds,
                Bar.RatioAtMost(1.5),
                "one synced RocksDB batch of put + event record",
                probe.Errors
            ),
        ];
    }
}
