using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage.Formats;

/// <summary>A data folder that an earlier version wrote opens with everything that was in it.</summary>
public sealed class FormatTests : IAsyncDisposable
{
    private readonly RocksDbPlace _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RocksDbStorageOptions Options =>
        _place.Options(new() { ChangeLogCommitsMax = SampleStore.ChangeLogCommitsMax });

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task A_folder_of_format_1_opens_with_everything_in_it()
    {
        await using var engine = await OpenSampleAsync("format-1.zip");
        await AssertSampleAsync(engine);
    }

    [Fact]
    public async Task An_older_folder_is_raised_to_the_format_of_what_is_written_into_it()
    {
        await using (await OpenSampleAsync("format-1.zip"))
        {
            // Opening raises it.
        }

        using var keyspace = new RocksKeyspace(
            RocksDatabase.OpenReadOnly(Options.Folder),
            Options.Folder
        );
        Assert.Equal(StoreHeader.FormatVersion, StoreHeader.FormatOf(keyspace));
    }

    [Fact]
    public async Task A_folder_of_this_version_holds_the_same()
    {
        await using (var engine = new RocksDbStorageEngine(Options))
        {
            await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
            await SampleStore.WriteAsync(engine, Path.Combine(_place.Folder, "scratch"));
        }

        // Set this to a path to keep what this version writes, as the sample of a new format.
        if (Environment.GetEnvironmentVariable("WAVERLESS_WRITE_SAMPLE") is { Length: > 0 } zip)
        {
            await ZipFile.CreateFromDirectoryAsync(Options.Folder, zip, Ct);
        }

        await using var again = new RocksDbStorageEngine(Options);
        await again.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        await AssertSampleAsync(again);
    }

    private async Task<RocksDbStorageEngine> OpenSampleAsync(string sample)
    {
        var zip = Path.Combine(AppContext.BaseDirectory, "Formats", "Samples", sample);
        await ZipFile.ExtractToDirectoryAsync(zip, Options.Folder, Ct);
        var engine = new RocksDbStorageEngine(Options);
        await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        return engine;
    }

    private static async Task AssertSampleAsync(RocksDbStorageEngine engine)
    {
        Assert.Equal(
            [SampleStore.Bank, SampleStore.Shop, SampleStore.ShopThree],
            engine.Partitions.OrderBy(p => p.ToString(), StringComparer.Ordinal)
        );
        Assert.Equal("value", await ReadAsync(engine, SampleStore.Shop, "plain"u8.ToArray()));
        Assert.Equal("", await ReadAsync(engine, SampleStore.Shop, "empty"u8.ToArray()));
        Assert.Null(await ReadAsync(engine, SampleStore.Shop, "gone"u8.ToArray()));
        Assert.Equal("binary key", await ReadAsync(engine, SampleStore.Shop, [0, 255, 1]));
        var large = new ArrayBufferWriter<byte>();
        await engine.GetAsync(SampleStore.Shop, "large", default, large, Ct);
        Assert.Equal(SampleStore.Large, large.WrittenSpan);
        await AssertEventsAsync(engine);
        await AssertHistoryAsync(engine);
    }

    private static async Task AssertEventsAsync(RocksDbStorageEngine engine)
    {
        var shop = SampleStore.Shop;
        Assert.Equal(["first", "second"], await EventsAsync(engine, shop, "run", EventState.Ready));
        Assert.Equal(["later"], await EventsAsync(engine, shop, "wait", EventState.Due));
        Assert.Equal(["buried"], await EventsAsync(engine, shop, "poison", EventState.Dead));
        Assert.Equal(["sent"], await EventsAsync(engine, shop, "", EventState.Outbox));
        Assert.Equal(
            ["accepted"],
            await EventsAsync(engine, SampleStore.ShopThree, "receive", EventState.Ready)
        );
    }

    private static async Task AssertHistoryAsync(RocksDbStorageEngine engine)
    {
        // The repeated command is answered with its revision, and the next commit follows it.
        var repeated = new Commit();
        repeated.Stamp(SampleStore.Command, 0, 1);
        repeated.Put("gone"u8, "again"u8);
        var answer = await engine.CommitAsync(SampleStore.Shop, repeated, Ct);
        Assert.Equal(3u, answer.Revision.Number);
        Assert.Null(await ReadAsync(engine, SampleStore.Shop, "gone"u8.ToArray()));
        var next = await engine.CommitAsync(SampleStore.Shop, new Commit(), Ct);
        Assert.Equal(4u, next.Revision.Number);
        Assert.Equal([], (await engine.VerifyAsync(Ct)).Defects);

        var last = (SampleStore.Overwrites - 1).ToString(CultureInfo.InvariantCulture);
        Assert.Equal(last, await ReadAsync(engine, SampleStore.Bank, "balance"u8.ToArray()));
        var after = new Revision(engine.Incarnation, 0, SampleStore.Overwrites - 1);
        await foreach (var change in engine.WatchAsync(SampleStore.Bank, after, Ct))
        {
            Assert.Equal(last, Encoding.UTF8.GetString(change.Value!.Value.Span));
            break;
        }

        var error = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            var first = new Revision(engine.Incarnation, 0, 1);
            await foreach (var _ in engine.WatchAsync(SampleStore.Bank, first, Ct))
            {
                break;
            }
        });
        Assert.Equal(StorageError.Compacted, error.Error);
    }

    private static async Task<string?> ReadAsync(
        RocksDbStorageEngine engine,
        PartitionId partition,
        byte[] key
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await engine.GetAsync(partition, new KvKey(key), default, into, Ct);
        return read.Found ? Encoding.UTF8.GetString(into.WrittenSpan) : null;
    }

    private static async Task<string[]> EventsAsync(
        RocksDbStorageEngine engine,
        PartitionId partition,
        string function,
        EventState state
    )
    {
        var query = new EventQuery(function, state);
        var stored = await engine.ReadEventsAsync(partition, query, default, 10, Ct);
        return
        [
            .. stored.Select(e =>
                Encoding.UTF8.GetString(EventRecord.Decode(e.Record.Span)!.Payload.Span)
            ),
        ];
    }
}
