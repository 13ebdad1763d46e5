using System.Buffers;
using BenchmarkDotNet.Attributes;
using Harness.Nodes;
using Harness.Storage;
using Waverless.Kv;

namespace Waverless.Benchmarks;

/// <summary>One read of a 100-byte value through <see cref="IKvStore"/>.</summary>
[MemoryDiagnoser]
public class KvGetBenchmarks
{
    private const int KeysUsed = 1_000;
    private readonly TemporaryFolder _data = new();
    private readonly ArrayBufferWriter<byte> _into = new(KvNode.ValueBytes);
    private readonly byte[] _buffer = new byte[KvNode.ValueBytes];
    private BenchmarkNode _node = null!;
    private BareRocks _bare = null!;
    private IKvStore _store = null!;
    private int _next;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _node = await KvNode.StartAsync(_data, () => { });
        _bare = new BareRocks(_data.At("bare"));
        _store = _node.Store(KvNode.App);
        foreach (var key in KvNode.Keys.Take(KeysUsed))
        {
            _bare.Batch.Add(key, KvNode.Value.Span);
            await _store.SetAsync(new KvKey(key), KvNode.Value);
        }

        _bare.Batch.Commit();
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _bare.Dispose();
        await _node.DisposeAsync();
        _data.Dispose();
    }

    [Benchmark(Baseline = true)]
    public long BareRocksDb() => _bare.Get(NextKey(), _buffer);

    [Benchmark]
    public ValueTask<KvRead> Get()
    {
        _into.ResetWrittenCount();
        return _store.GetAsync(new KvKey(NextKey()), _into);
    }

    private byte[] NextKey() => KvNode.Keys[_next++ % KeysUsed];
}
