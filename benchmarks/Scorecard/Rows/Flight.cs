using System.Diagnostics;
using System.Globalization;
using System.Text;
using Harness.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Cluster;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Storage;

namespace Scorecard.Rows;

/// <summary>Writers that keep one message each under way.</summary>
internal sealed class Flight(int writers)
{
    private const string Function = "handle";
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim[] _handled =
    [
        .. Enumerable.Range(0, writers).Select(_ => new SemaphoreSlim(0)),
    ];
    private long _errors;

    /// <summary>Writes that were refused.</summary>
    public long Errors => Volatile.Read(ref _errors);

    public static byte[] KeyOf(int writer) => Encoding.UTF8.GetBytes($"value_{writer}");

    /// <summary>The node, and the function: its message's writer may write the next.</summary>
    public Task<BenchmarkNode> StartAsync(TemporaryFolder data, StorageDurability durability)
    {
        Action<FunctionContext> handle = context =>
        {
            var writer = context.Payload.Bytes.FirstSpan;
            _handled[int.Parse(writer, CultureInfo.InvariantCulture)].Release();
        };
        return BenchmarkNode.StartAsync(
            data.At("node"),
            waverless =>
                waverless.AddFunction($"{KvNode.App}/{Function}", handle, f => f.OnMessage()),
            durability
        );
    }

    /// <summary>
    /// Each writer writes that many, each with a value; returns when all are handled and none is
    /// left in the store.
    /// </summary>
    public async Task RunAsync(BenchmarkNode node, int perWriter)
    {
        var began = Stopwatch.GetTimestamp();
        var store = node.Store(KvNode.App);
        var backlog = node.Services.GetRequiredService<Node>().Backlog;
        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(writer => Task.Run(() => WriteAsync(store, writer, perWriter)))
        );
        while (backlog.Of(KvNode.App) > 0)
        {
            await Task.Yield();
            if (Stopwatch.GetElapsedTime(began) > EndTime)
            {
                throw new TimeoutException("Not all events were done.");
            }
        }
    }

    private async Task WriteAsync(IKvStore store, int writer, int count)
    {
        var key = KeyOf(writer);
        var payload = Encoding.UTF8.GetBytes($"{writer}");
        var batch = new KvBatch();
        for (var index = 0; index < count; index++)
        {
            batch.Clear();
            batch.Set(key, KvNode.Value.Span).Enqueue(Function, payload);
            var result = await store.CommitAsync(batch);
            if (!result.IsCommitted)
            {
                Interlocked.Increment(ref _errors);
                return;
            }

            await _handled[writer].WaitAsync();
        }
    }
}
