using System.Text;
using BenchmarkDotNet.Attributes;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Waverless.Benchmarks;

/// <summary>A write until the function that it triggers has begun.</summary>
[MemoryDiagnoser]
public class TriggerBenchmarks
{
    private const int KeysUsed = 1_024;
    private readonly TemporaryFolder _data = new();
    private readonly KvBatch _batch = new();
    private readonly CommitRecords _records = new(KvNode.Value.ToArray(), "land");
    private readonly byte[][] _keys =
    [
        .. Enumerable.Range(0, KeysUsed).Select(index => Encoding.UTF8.GetBytes($"hop_{index}")),
    ];
    private BenchmarkNode _node = null!;
    private BareRocks _bare = null!;
    private IKvStore _store = null!;
    private long _landings;
    private long _hops;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _node = await KvNode.StartAsync(_data, () => Interlocked.Increment(ref _landings));
        _bare = new BareRocks(_data.At("bare"));
        _store = _node.Store(KvNode.App);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _bare.Dispose();
        await _node.DisposeAsync();
        _data.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void BareBatchOfPutAndRecord()
    {
        _records.AddPutAndEvent(_bare.Batch, _keys[_hops++ % KeysUsed]);
        _bare.Batch.Commit();
    }

    [Benchmark]
    public async Task SetToFirstInstruction()
    {
        var expected = Volatile.Read(ref _landings) + 1;
        _batch.Clear();
        _batch.Set(_keys[_hops++ % KeysUsed], KvNode.Value.Span);
        await _store.CommitAsync(_batch);
        var wait = default(SpinWait);
        while (Volatile.Read(ref _landings) < expected)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }
}
