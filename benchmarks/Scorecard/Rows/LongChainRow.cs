using System.Diagnostics;
using Harness.Nodes;
using Harness.Storage;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;
using Waverless.Storage;

namespace Scorecard.Rows;

/// <summary>100 wasm functions in a row, each started by the value that the last one set.</summary>
/// <param name="name">The row's.</param>
/// <param name="durability">What each commit survives.</param>
/// <param name="commit">The functions' <c>commit</c> in their manifest.</param>
/// <param name="bars">What is to be reached.</param>
internal sealed class LongChainRow(
    string name,
    StorageDurability durability,
    string commit,
    params Bar[] bars
) : IRow
{
    private const int Rounds = 41;
    private const int Hops = 100;

    public string Name => name;

    private bool IsSynced => durability == StorageDurability.Disk;

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        var app = WriteApp(data);
        await using var node = await BenchmarkNode.StartAsync(
            data.At("node"),
            waverless => waverless.AddApps(app),
            durability
        );
        using var bare = new BareRocks(data.At("bare"), IsSynced);
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
                records.AddPutAndEvent(bare.Batch, "chain_count"u8);
                bare.Batch.Commit();
            }

            return Task.FromResult(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await WarmUp.RunAsync(Chain, Batches);

        var rounds = await Comparison.RunAsync(Rounds, Chain, Batches);
        var state = await invoker.InvokeAsync(new InvocationRequest("longchain/chain_state"));
        errors += state.Text == "100" ? 0 : 1;
        var against = IsSynced
            ? "100 synced RocksDB batches of put + event record"
            : "100 RocksDB batches of put + event record";
        return [.. bars.Select(bar => Line.From(Title(bar), "ms", rounds, bar, against, errors))];
    }

    private string Title(Bar bar)
    {
        var how =
            (IsSynced ? ", Disk" : "")
            + (commit == "atomic" ? ", atomic" : "")
            + (bar.Kind == BarKind.AtMost ? ", time" : "");
        return $"longchain, {Hops} hops{how}";
    }

    /// <summary>The sample's folder with the way it commits written into the manifest.</summary>
    private string WriteApp(TemporaryFolder data)
    {
        var from = BenchmarkNode.AppFolder("longchain");
        var to = Directory.CreateDirectory(data.At("longchain")).FullName;
        File.Copy(Path.Combine(from, "app.wasm"), Path.Combine(to, "app.wasm"));
        var manifest = File.ReadAllText(Path.Combine(from, "app.yaml"));
        File.WriteAllText(Path.Combine(to, "app.yaml"), $"{manifest}\ncommit: {commit}\n");
        return to;
    }
}
