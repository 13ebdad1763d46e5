using Microsoft.Extensions.DependencyInjection;
using Waverless.Hosting.Support;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Maintenance;

namespace Waverless.Hosting;

/// <summary>Blobs are whole or absent, readable in parts, and leave nothing behind.</summary>
public sealed class BlobTests : IDisposable
{
    private static readonly PartitionId P = new("app", 0);

    private readonly TempFolder _folder = new();
    private int _ran;

    public static TheoryData<bool, int> Sizes =>
        [
            .. from inMemory in new[] { true, false }
            from bytes in new[]
            {
                0,
                1,
                BlobStore.ChunkBytes - 1,
                BlobStore.ChunkBytes,
                BlobStore.ChunkBytes + 1,
                3 * BlobStore.ChunkBytes + 5,
            }
            select (inMemory, bytes),
        ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_blob_reads_back_as_it_was_written(bool inMemory, int bytes)
    {
        await using var node = await StartAsync(inMemory);
        var content = Content(bytes, seed: 1);
        var written = await Store(node).SetBlobAsync("b", new MemoryStream(content), Ct);
        Assert.True(written.IsCommitted, written.Reason);
        using var reader = await Store(node).OpenBlobReadAsync("b", Ct);
        Assert.Equal(bytes, reader!.Length);
        Assert.Equal(written.Revision.Number, reader.Number);
        Assert.Equal(content, await ReadAsync(reader));
        Assert.Equal(content[(bytes / 2)..], await ReadAsync(reader, bytes / 2));
        Assert.Equal(
            content.AsSpan(bytes / 3, bytes / 3).ToArray(),
            await ReadAsync(reader, bytes / 3, bytes / 3)
        );
        Assert.Equal(0, await reader.ReadAsync(bytes, new byte[1], Ct));
    }

    [Fact]
    public async Task A_plain_value_and_an_absent_key_read_the_same_way()
    {
        await using var node = await StartAsync();
        await Store(node).SetAsync("plain", "value"u8.ToArray(), Ct);
        using var reader = await Store(node).OpenBlobReadAsync("plain", Ct);
        Assert.Equal("alue"u8.ToArray(), await ReadAsync(reader!, 1));
        Assert.Null(await Store(node).OpenBlobReadAsync("absent", Ct));
    }

    [Fact]
    public async Task A_blob_is_visible_with_its_batch_and_sets_off_its_trigger_once()
    {
        await using var node = await StartAsync();
        await using (var writer = await Store(node).OpenBlobWriteAsync("jobs_1", Ct))
        {
            await writer.WriteAsync(Content(400_000, seed: 1), Ct);
            var blob = await writer.CompleteAsync(Ct);
            Assert.Null(await Store(node).OpenBlobReadAsync("jobs_1", Ct));
            Assert.Equal(0, _ran);
            var batch = new KvBatch().RequireAbsent("jobs_1").SetBlob(blob).Set("also", "x"u8);
            Assert.True((await Store(node).CommitAsync(batch, Ct)).IsCommitted);
        }

        await UntilAsync(() => Task.FromResult(Volatile.Read(ref _ran) == 1));
        Assert.NotNull(await Store(node).GetAsync("also", Ct));
        Assert.Equal(2, await ChunksAsync(node));
    }

    [Fact]
    public async Task A_batch_whose_condition_fails_leaves_no_blob()
    {
        await using var node = await StartAsync();
        await using (var writer = await Store(node).OpenBlobWriteAsync("b", Ct))
        {
            await writer.WriteAsync(Content(400_000, seed: 1), Ct);
            var batch = new KvBatch().RequirePresent("b").SetBlob(await writer.CompleteAsync(Ct));
            var result = await Store(node).CommitAsync(batch, Ct);
            Assert.Equal(CommitStatus.ConditionFailed, result.Status);
        }

        await CleanAsync(node, chunks: 0);
    }

    [Fact]
    public async Task A_blob_whose_writer_was_disposed_cannot_be_committed()
    {
        await using var node = await StartAsync();
        KvBlob blob;
        await using (var writer = await Store(node).OpenBlobWriteAsync("b", Ct))
        {
            await writer.WriteAsync(Content(10, seed: 1), Ct);
            blob = await writer.CompleteAsync(Ct);
        }

        await CleanAsync(node, chunks: 0);
        var result = await Store(node).CommitAsync(new KvBatch().SetBlob(blob), Ct);
        Assert.Equal(CommitStatus.ConditionFailed, result.Status);
    }

    [Fact]
    public async Task A_reader_finishes_with_what_was_replaced_or_deleted_meanwhile()
    {
        await using var node = await StartAsync(inMemory: false);
        var old = Content(700_000, seed: 1);
        await Store(node).SetBlobAsync("b", new MemoryStream(old), Ct);
        using var reader = await Store(node).OpenBlobReadAsync("b", Ct);
        Assert.Equal(old[..10], await ReadAsync(reader!, 0, 10));
        await Store(node).SetBlobAsync("b", new MemoryStream(Content(300_000, seed: 2)), Ct);
        await CleanAsync(node, chunks: 2);
        await Store(node).CommitAsync(new KvBatch().Delete("b"), Ct);
        await CleanAsync(node, chunks: 0);
        Assert.Equal(old, await ReadAsync(reader!));
    }

    [Fact]
    public async Task A_plain_value_in_the_place_of_a_blob_removes_it()
    {
        await using var node = await StartAsync();
        await Store(node).SetBlobAsync("b", new MemoryStream(Content(300_000, seed: 1)), Ct);
        await Store(node).SetAsync("b", "small"u8.ToArray(), Ct);
        await CleanAsync(node, chunks: 0);
    }

    [Fact]
    public async Task What_a_stopped_node_left_half_written_goes_at_its_next_start()
    {
        await using (var node = await StartAsync(inMemory: false))
        {
            await Store(node).SetBlobAsync("whole", new MemoryStream(Content(9, seed: 1)), Ct);
            var writer = await Store(node).OpenBlobWriteAsync("half", Ct);
            await writer.WriteAsync(Content(BlobStore.ChunkBytes, seed: 2), Ct);
            Assert.Equal(2, await ChunksAsync(node));
        }

        await using var again = await StartAsync(inMemory: false);
        await CleanAsync(again, chunks: 1);
        using var reader = await Store(again).OpenBlobReadAsync("whole", Ct);
        Assert.Equal(Content(9, seed: 1), await ReadAsync(reader!));
    }

    [Fact]
    public async Task A_blob_over_the_apps_quota_is_refused_and_leaves_nothing()
    {
        await using var node = await StartAsync(configure: o => o.AppBytesMax = 600_000);
        var refused = await Assert.ThrowsAsync<KvWriteException>(async () =>
            await Store(node).SetBlobAsync("b", new MemoryStream(Content(900_000, seed: 1)), Ct)
        );
        Assert.Equal(CommitRejection.QuotaExceeded, refused.Result.Rejection);
        await CleanAsync(node, chunks: 0);
        var small = new MemoryStream(Content(500_000, seed: 1));
        Assert.True((await Store(node).SetBlobAsync("b", small, Ct)).IsCommitted);
        Assert.Equal(
            CommitRejection.QuotaExceeded,
            (await Store(node).SetAsync("k", new byte[200_000], Ct)).Rejection
        );
        Assert.True((await Store(node).CommitAsync(new KvBatch().Delete("b"), Ct)).IsCommitted);
        await CleanAsync(node, chunks: 0);
        Assert.True((await Store(node).SetAsync("k", new byte[200_000], Ct)).IsCommitted);
    }

    [Fact]
    public async Task A_value_that_looks_like_a_descriptor_of_nothing_is_a_typed_error()
    {
        await using var node = await StartAsync();
        var fake = new BlobDescriptor(new KvKey(new byte[BlobKeys.IdBytes]), 100, 10).Encode();
        await Store(node).SetAsync("b", fake, Ct);
        using var reader = await Store(node).OpenBlobReadAsync("b", Ct);
        var error = await Assert.ThrowsAsync<StorageException>(() => ReadAsync(reader!));
        Assert.Equal(StorageError.Corrupted, error.Error);
    }

    private Task<TestNode> StartAsync(
        bool inMemory = true,
        Action<WaverlessOptions>? configure = null
    ) =>
        TestNode.StartAsync(w =>
            w.AddFunction(
                    "app/job",
                    _ =>
                    {
                        Interlocked.Increment(ref _ran);
                        return new(InvocationResult.Completed());
                    },
                    function => function.OnSet("jobs_{}")
                )
                .Configure(options =>
                {
                    options.DataFolder = inMemory ? null : _folder["data"];
                    configure?.Invoke(options);
                })
        );

    private static IKvStore Store(TestNode node) =>
        node.Services.GetRequiredKeyedService<IKvStore>("app");

    private static byte[] Content(int bytes, int seed)
    {
        var content = new byte[bytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static async Task<byte[]> ReadAsync(
        KvBlobReader reader,
        long offset = 0,
        long count = long.MaxValue
    )
    {
        var into = new MemoryStream();
        await reader.CopyToAsync(into, offset, count, Ct);
        return into.ToArray();
    }

    private static async Task<int> RecordsAsync(TestNode node, string prefix)
    {
        var engine = node.Services.GetRequiredService<IStorageEngine>();
        var page = await engine.ScanAsync(P, KvRange.Prefix(prefix), ReadOptions.System, Ct);
        return page.Entries.Count;
    }

    private static Task<int> ChunksAsync(TestNode node) => RecordsAsync(node, "blob/c/");

    /// <summary>Until that many chunks are left, with an owner for each blob and no more.</summary>
    private static async Task CleanAsync(TestNode node, int chunks)
    {
        await UntilAsync(async () =>
            await ChunksAsync(node) == chunks
            && await RecordsAsync(node, "blob/x/") == 0
            && await RecordsAsync(node, "blob/o/") == (chunks > 0 ? 1 : 0)
        );
        var maintenance = node.Services.GetRequiredService<IStoreMaintenance>();
        Assert.Equal([], (await maintenance.VerifyAsync(Ct)).Defects);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 1000; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(10, Ct);
        }

        Assert.Fail("It did not happen.");
    }
}
