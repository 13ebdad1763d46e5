using System.Globalization;
using System.Text;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Scorecard.Rows;

/// <summary>
/// The hop of one function while a million events of another one, of the same partition, wait:
/// nearly all of them on disk, after a restart. Against a node whose inbox is empty.
/// </summary>
internal sealed class BacklogHopRow : IRow
{
    private const int Rounds = 31;
    private const int RoundHops = 500;
    private const int Waiting = 1_000_000;
    private const int BatchKeys = 5_000;

    public string Name => "backlog-hop";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        using var idleData = new TemporaryFolder();
        var (busy, idle) = (new HopProbe(), new HopProbe());
        var errors = 0L;
        await using (var filled = await StartAsync(data, busy))
        {
            errors += await FillAsync(filled.Store(KvNode.App));
            errors += BacklogOf(filled) == Waiting ? 0 : 1;
        }

        await using var node = await StartAsync(data, busy);
        await using var empty = await StartAsync(idleData, idle);
        var (store, emptyStore) = (node.Store(KvNode.App), empty.Store(KvNode.App));
        Task<double> Hops() => HopProbe.MedianAsync(RoundHops, index => busy.Hop(store, index));
        Task<double> EmptyHops() =>
            HopProbe.MedianAsync(RoundHops, index => idle.Hop(emptyStore, index));
        for (var round = 0; round < 10; round++)
        {
            await Hops();
            await EmptyHops();
        }

        var rounds = await Comparison.RunAsync(Rounds, Hops, EmptyHops);
        errors += BacklogOf(node) > 0 ? 0 : 1;
        return
        [
            Line.From(
                "hop while 1,000,000 events wait",
                "us",
                rounds,
                Bar.RatioAtMost(1.3),
                "the same with an empty inbox",
                errors + busy.Errors + idle.Errors
            ),
        ];
    }

    private static Task<BenchmarkNode> StartAsync(TemporaryFolder data, HopProbe probe)
    {
        Func<FunctionContext, ValueTask<InvocationResult>> land = _ =>
        {
            probe.Land();
            return new(InvocationResult.Completed());
        };
        Func<CancellationToken, Task> wait = ct => Task.Delay(Timeout.Infinite, ct);
        return BenchmarkNode.StartAsync(
            data.At("node"),
            waverless =>
                waverless
                    .AddFunction($"{KvNode.App}/land", land, f => f.OnSet(KvNode.Trigger))
                    .AddFunction(
                        $"{KvNode.App}/wait",
                        wait,
                        f => f.OnSet("wait_{}").Timeout(TimeSpan.FromHours(1))
                    )
                    .Configure(options =>
                    {
                        options.BacklogMax = 2 * Waiting;
                        options.DrainTimeout = TimeSpan.Zero;
                    })
        );
    }

    private static long BacklogOf(BenchmarkNode node) =>
        node.Services.GetRequiredService<Node>().Backlog.Of(KvNode.App);

    private static async Task<long> FillAsync(IKvStore store)
    {
        var errors = 0L;
        var batch = new KvBatch();
        foreach (var keys in Enumerable.Range(0, Waiting).Chunk(BatchKeys))
        {
            batch.Clear();
            foreach (var key in keys)
            {
                var text = "wait_" + key.ToString("D8", CultureInfo.InvariantCulture);
                batch.Set(Encoding.UTF8.GetBytes(text), "x"u8);
            }

            var result = await store.CommitAsync(batch);
            errors += result.IsCommitted ? 0 : 1;
        }

        return errors;
    }
}
