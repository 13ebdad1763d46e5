using System.Diagnostics;
using Harness.Nodes;
using Harness.Storage;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;

namespace Scorecard.Rows;

internal sealed class LongChainRow : IRow
{
    private const int Rounds = 41;
    private const int WarmUpChains = 100;
    private const int Hops = 100;

    public string Name => "longchain";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless => waverless.AddApps(BenchmarkNode.AppFolder("longchain"))
        );
        using var bare = new BareRocks(data.At("bare"));
        var records = new CommitRecords("100"u8.ToArray(), "chain_loop");
        var invoker = node.Invoker;
        var request = new InvocationRequest("longchain/chain_begin") { WaitForCascade = true };
        var errors = 0L;
        async Task<double> Chain()
        {
            var began = Stopwatch.GetTimestamp();
            var result = await invoker.InvokeAsync(request);
            var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            var isRight =
                result.IsCompleted
                && result.Cascade is { IsFinished: true, Invocations: Hops + 1, Failures: 0 }
                && result.Cascade.LongestChain == Hops + 1;
            errors += isRight ? 0 : 1;
            return elapsed;
        }

        Task<double> Batches()
        {
            var began = Stopwatch.GetTimestamp();
            for (var hop = 0; hop < Hops; hop++)
            {
                records.AddPutAndEvent(bare, "chain_count"u8);
                bare.Commit();
            }

            return Task.FromResult(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        for (var chain = 0; chain < WarmUpChains; chain++)
        {
            await Chain();
            await Batches();
        }

        var rounds = await Comparison.RunAsync(Rounds, Chain, Batches);
        var state = await invoker.InvokeAsync(new InvocationRequest("longchain/chain_state"));
        errors += state.Text == "100" ? 0 : 1;
        const string Against = "100 RocksDB batches of put + event record";
        return
        [
            Line.From("longchain, 100 hops", "ms", rounds, Bar.RatioAtMost(10), Against, errors),
            Line.From("longchain, 100 hops, time", "ms", rounds, Bar.AtMost(10), Against, errors),
        ];
    }
}
