using Harness.Nodes;
using Harness.Storage;

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

    public string Name => "trigger-hop";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        var probe = new HopProbe();
        using var data = new TemporaryFolder();
        await using var node = await KvNode.StartAsync(data, probe.Land);
        using var bare = new BareRocks(data.At("bare"));
        var store = node.Store(KvNode.App);
        Task<double> Hops() => HopProbe.MedianAsync(RoundHops, index => probe.Hop(store, index));
        Task<double> Batches() =>
            HopProbe.MedianAsync(RoundHops, index => probe.Batch(bare, index));
        await WarmUp.RunAsync(Hops, Batches);
        var busy = await Comparison.RunAsync(Rounds, Hops, Batches);
        var idle = await IdleAsync(index => probe.Hop(store, index));
        var idleBatch = await IdleAsync(index => probe.Batch(bare, index));
        return
        [
            Line.From(
                "KV set to triggered function, busy",
                "us",
                busy,
                Bar.RatioAtMost(4),
                "one RocksDB batch of put + event record",
                probe.Errors
            ),
            new Line(
                "KV set to triggered function, idle",
                "us",
                idle,
                idleBatch,
                idle / idleBatch,
                Bar.AtMost(60),
                "the same batch; 2 ms idle before each, for both",
                probe.Errors
            ),
        ];
    }

    private static Task<double> IdleAsync(Func<int, double> step) =>
        HopProbe.MedianAsync(
            IdleHops,
            index =>
            {
                Thread.Sleep(2);
                return step(index);
            }
        );
}
