using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Invocations;

/// <summary>Blobs of functions: pieces at once, visible with the function, gone if it fails.</summary>
public sealed class FunctionBlobTests
{
    private const string App = "films";

    private static readonly PartitionId Home = new(App, 0);

    private readonly Sim _sim = new();
    private readonly byte[] _content = new byte[2 * BlobStore.ChunkBytes + 7];
    private int _runs;

    public FunctionBlobTests() => new Random(3).NextBytes(_content);

    [Fact]
    public void A_blob_is_read_back_by_its_function_and_seen_by_others_when_it_has_ended()
    {
        var seen = default(bool?);
        AddCut(async call =>
        {
            await WriteAsync(call, "film_1");
            Assert.Equal(_content, await ReadAsync(call, "film_1"));
            seen = (await _store!.GetAsync("film_1")) is not null;
        });

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            await node.Store(App).SetTextAsync("cut_1", "x");
            await EndedAsync(node);

            Assert.False(seen);
            using var reader = await node.Store(App).OpenBlobReadAsync("film_1");
            Assert.Equal(_content.Length, reader!.Length);
            Assert.Equal(1, await OwnersAsync(node));
        });
    }

    [Fact]
    public void A_run_that_others_came_between_leaves_one_blob()
    {
        AddCut(async call =>
        {
            var before = await call.GetAsync("total");
            await WriteAsync(call, "film_1");
            if (++_runs <= 2)
            {
                await _store!.SetTextAsync("total", $"{_runs}");
            }

            await call.SetAsync("total", $"{before}!");
        });

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            await node.Store(App).SetTextAsync("cut_1", "x");
            await EndedAsync(node);

            Assert.Equal(3, _runs);
            Assert.Equal("2!", await node.Store(App).GetTextAsync("total"));
            Assert.Equal(1, await OwnersAsync(node));
            Assert.Equal(_content, await ReadAsync(node, "film_1"));
        });
    }

    [Fact]
    public void A_function_that_fails_leaves_nothing_and_a_blob_that_it_replaced_stays()
    {
        AddCut(async call =>
        {
            if (++_runs == 1)
            {
                await WriteAsync(call, "film_1");
                return;
            }

            _content.AsSpan().Clear();
            await WriteAsync(call, "film_1");
            throw new IOException("the second run fails");
        });

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            var kept = _content.ToArray();
            await node.Store(App).SetTextAsync("cut_1", "x");
            await EndedAsync(node);
            await node.Store(App).SetTextAsync("cut_1", "y");
            await EndedAsync(node);

            Assert.Equal(1, await OwnersAsync(node));
            Assert.Equal(kept, await ReadAsync(node, "film_1"));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_crash_at_any_commit_leaves_one_whole_blob_in_the_end(int crashAt)
    {
        AddCut(call => WriteAsync(call, "film_1"));

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            var commits = 0;
            node.Engine.CrashAfter = (_, _) => ++commits == crashAt;
            // It may die with the node, and then has no answer.
            _ = node.Store(App).SetTextAsync("cut_1", "x").AsTask();
            await _sim.UntilAsync(() => node.IsDead);
            node = await StartAsync();
            await EndedAsync(node);

            Assert.Equal(_content, await ReadAsync(node, "film_1"));
            Assert.Equal(1, await OwnersAsync(node));
        });
    }

    [Fact]
    public void A_blob_that_was_changed_by_others_meanwhile_is_read_anew()
    {
        AddCut(async call =>
        {
            await call.GetAsync("total");
            if (++_runs == 1)
            {
                await _store!.SetBlobAsync("film_1", new MemoryStream(_content));
            }

            var read = await ReadAsync(call, "film_1");
            await call.SetAsync("total", $"{read.Length}");
        });

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            await node.Store(App).SetBlobAsync("film_1", new MemoryStream([1, 2, 3]));
            await node.Store(App).SetTextAsync("cut_1", "x");
            await EndedAsync(node);

            Assert.Equal($"{_content.Length}", await node.Store(App).GetTextAsync("total"));
        });
    }

    [Fact]
    public void A_blob_whose_time_is_over_is_collected_without_a_restart()
    {
        AddCut(_ => Task.CompletedTask);

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            await using (var writer = await node.Store(App).OpenBlobWriteAsync("film_1"))
            {
                await writer.WriteAsync(_content);
                var blob = await writer.CompleteAsync();
                var batch = new KvBatch().SetBlob(blob, TimeSpan.FromMinutes(1));
                Assert.True((await node.Store(App).CommitAsync(batch)).IsCommitted);
            }

            await _sim.DelayAsync(10_000);
            Assert.Equal(_content, await ReadAsync(node, "film_1"));
            await _sim.DelayAsync(60_000);

            Assert.Null(await node.Store(App).OpenBlobReadAsync("film_1"));
            Assert.Equal(0, await OwnersAsync(node));
        });
    }

    [Fact]
    public void What_is_not_declared_is_refused()
    {
        var refusals = new List<InvocationRefusedException>();
        AddCut(async call =>
        {
            refusals.Add(
                await Assert.ThrowsAsync<InvocationRefusedException>(async () =>
                    await call.Host.OpenBlobWriteAsync("other", call.Cancellation)
                )
            );
            refusals.Add(
                await Assert.ThrowsAsync<InvocationRefusedException>(async () =>
                    await call.Host.OpenBlobReadAsync("other", call.Cancellation)
                )
            );
        });

        _sim.Run(async () =>
        {
            var node = await StartAsync();
            await node.Store(App).SetTextAsync("cut_1", "x");
            await EndedAsync(node);

            Assert.Equal(2, refusals.Count);
            Assert.All(
                refusals,
                refused => Assert.Equal(InvocationStatus.PermissionDenied, refused.Status)
            );
        });
    }

    private IKvStore? _store;

    private void AddCut(Func<ScriptCall, Task> script) =>
        _sim.App(App)
            .Function(
                "cut",
                f =>
                    f.OnSet("cut_{}")
                        .Reads("film_{}")
                        .Writes("film_{}")
                        .Reads("total")
                        .Writes("total")
                        .Retry(attempts: 1),
                script
            );

    private async Task<SimNode> StartAsync()
    {
        var node = await _sim.BootAsync();
        _store = node.Store(App);
        return node;
    }

    private async Task EndedAsync(SimNode node)
    {
        await _sim.UntilAsync(() => node.Node.Backlog.Of(App) == 0);
        await _sim.DelayAsync(1_000);
    }

    private async Task WriteAsync(ScriptCall call, string key)
    {
        await using var writer = await call.Host.OpenBlobWriteAsync(key, call.Cancellation);
        await writer.WriteAsync(_content, call.Cancellation);
        var blob = await writer.CompleteAsync(call.Cancellation);
        await call.CommitAsync(new KvBatch().SetBlob(blob));
    }

    private static async Task<byte[]> ReadAsync(ScriptCall call, string key)
    {
        using var reader = await call.Host.OpenBlobReadAsync(key, call.Cancellation);
        using var into = new MemoryStream();
        await reader!.CopyToAsync(into, ct: call.Cancellation);
        return into.ToArray();
    }

    private static async Task<byte[]> ReadAsync(SimNode node, string key)
    {
        using var reader = await node.Store(App).OpenBlobReadAsync(key);
        using var into = new MemoryStream();
        await reader!.CopyToAsync(into);
        return into.ToArray();
    }

    /// <summary>Blobs that have pieces in the store.</summary>
    private static async Task<int> OwnersAsync(SimNode node)
    {
        var owners = await node.Engine.ScanAsync(
            Home,
            BlobKeys.Owners(),
            ReadOptions.System,
            default
        );
        var doomed = await node.Engine.ScanAsync(
            Home,
            BlobKeys.AllDoomed(),
            ReadOptions.System,
            default
        );
        return owners.Entries.Count + doomed.Entries.Count;
    }
}
