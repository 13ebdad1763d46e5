using BenchmarkDotNet.Attributes;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Waverless.Benchmarks;

/// <summary>One durable write of a 100-byte value, against RocksDB with the same records.</summary>
[MemoryDiagnoser]
public class KvPutBenchmarks
{
    private const int KeysUsed = 1_000;
    private readonly TemporaryFolder _data = new();
    private readonly KvBatch _batch = new();
    private readonly CommitRecords _records = new(KvNode.Value.ToArray(), "land");
    private readonly byte[] _value = KvNode.Value.ToArray();
    private BenchmarkNode _node = null!;
    private BareRocks _batched = null!;
    private BareRocks _plain = null!;
    private IKvStore _store = null!;
    private int _next;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _node = await KvNode.StartAsync(_data, () => { });
        _batched = new BareRocks(_data.At("batched"));
        _plain = new BareRocks(_data.At("plain"));
        _store = _node.Store(KvNode.App);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _batched.Dispose();
        _plain.Dispose();
        await _node.DisposeAsync();
        _data.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void BareBatchOfTheSameRecords()
    {
        _records.AddPut(_batched.Batch, NextKey());
        _batched.Batch.Commit();
    }

    [Benchmark]
    public void BarePut() => _plain.Put(NextKey(), _value);

    [Benchmark]
    public ValueTask<CommitResult> Put()
    {
        _batch.Clear();
        _batch.Set(NextKey(), KvNode.Value.Span);
        return _store.CommitAsync(_batch);
    }

    private byte[] NextKey() => KvNode.Keys[_next++ % KeysUsed];
}
