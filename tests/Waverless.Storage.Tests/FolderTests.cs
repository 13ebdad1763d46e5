using Waverless.Contracts.Storage;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage;

/// <summary>What stands in the way of opening a folder is named.</summary>
public sealed class FolderTests : IAsyncDisposable
{
    private readonly RocksDbPlace _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => _place.Options().Folder;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task A_folder_held_by_another_process_is_refused_with_its_pid()
    {
        using var child = ChildProcess.Start(ChildProcess.HoldRole, Data);
        Assert.Equal("open", await child.ReadLineAsync(Ct));
        var error = await OpenFailsAsync();
        Assert.Equal(StorageError.FolderInUse, error.Error);
        Assert.Contains(Data, error.Message, StringComparison.Ordinal);
        Assert.Contains($"pid {child.Id}", error.Message, StringComparison.Ordinal);
        child.Kill();
        await using var engine = await _place.OpenAsync(new RecordingListener(), new());
        Assert.Equal(1u, engine.Incarnation);
    }

    [Fact]
    public async Task A_folder_held_by_this_process_is_refused()
    {
        await using var engine = await _place.OpenAsync(new RecordingListener(), new());
        var error = await OpenFailsAsync();
        Assert.Equal(StorageError.FolderInUse, error.Error);
        Assert.Contains("this process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_format_is_refused_and_not_touched()
    {
        await using (await _place.OpenAsync(new RecordingListener(), new()))
        {
            // An engine that was opened once leaves a header.
        }

        WriteHeader(StoreHeader.FormatVersion + 1);
        var error = await OpenFailsAsync();
        Assert.Equal(StorageError.NewerFormat, error.Error);
        Assert.Contains("format 4, expected at most 3", error.Message, StringComparison.Ordinal);
        Assert.Contains(Data, error.Message, StringComparison.Ordinal);

        // The refusal released the lock and left the header.
        Assert.Equal(StorageError.NewerFormat, (await OpenFailsAsync()).Error);
        WriteHeader(StoreHeader.FormatVersion);
        await using var engine = await _place.OpenAsync(new RecordingListener(), new());
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_refused()
    {
        await File.WriteAllTextAsync(Data, "not a folder", Ct);
        var error = await OpenFailsAsync();
        Assert.Equal(StorageError.FolderUnusable, error.Error);
        Assert.Contains(Data, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_folder_is_refused_as_corrupted()
    {
        await using (var engine = await _place.OpenAsync(new RecordingListener(), new()))
        {
            await PutAsync(engine, "k");
        }

        await File.WriteAllTextAsync(Path.Combine(Data, "CURRENT"), "rubbish", Ct);
        Assert.Equal(StorageError.Corrupted, (await OpenFailsAsync()).Error);
    }

    [Fact]
    public async Task A_checkpoint_opens_with_what_was_there()
    {
        var copy = Path.Combine(_place.Folder, "copy");
        await using (var engine = new RocksDbStorageEngine(_place.Options()))
        {
            await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
            await PutAsync(engine, "before");
            engine.Checkpoint(copy);
            await PutAsync(engine, "after");
            var error = Assert.Throws<StorageException>(() => engine.Checkpoint(copy));
            Assert.Contains(copy, error.Message, StringComparison.Ordinal);
        }

        await using var again = new RocksDbStorageEngine(_place.Options() with { Folder = copy });
        await again.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        Assert.True(await HasAsync(again, "before"));
        Assert.False(await HasAsync(again, "after"));
    }

    [Fact]
    public void An_engine_that_was_not_opened_says_so()
    {
        var engine = new RocksDbStorageEngine(_place.Options());
        Assert.Throws<InvalidOperationException>(() => engine.Incarnation);
        Assert.Throws<InvalidOperationException>(() => engine.Checkpoint("x"));
        Assert.Throws<InvalidOperationException>(() => new MemoryStorageEngine().Incarnation);
    }

    [Theory]
    [InlineData(StorageDurability.Process, false)]
    [InlineData(StorageDurability.Disk, true)]
    public async Task Capabilities_tell_what_a_commit_survives(
        StorageDurability durability,
        bool power
    )
    {
        await using var engine = new RocksDbStorageEngine(
            _place.Options() with
            {
                Durability = durability,
            }
        );
        Assert.True(engine.Capabilities.HasFlag(StorageCapabilities.SurvivesProcess));
        Assert.Equal(power, engine.Capabilities.HasFlag(StorageCapabilities.SurvivesPowerLoss));
        await using var memory = new MemoryStorageEngine();
        Assert.False(memory.Capabilities.HasFlag(StorageCapabilities.SurvivesProcess));
    }

    private static async Task PutAsync(IStorageEngine engine, string key)
    {
        var commit = new Commit();
        commit.Put(KvKey.FromString(key).Span, "v"u8);
        Assert.True((await engine.CommitAsync(new("shop", 0), commit, Ct)).IsCommitted);
    }

    private static async Task<bool> HasAsync(RocksDbStorageEngine engine, string key)
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        return (await engine.GetAsync(new("shop", 0), key, default, into, Ct)).Found;
    }

    private Task<StorageException> OpenFailsAsync() =>
        Assert.ThrowsAsync<StorageException>(async () =>
            await _place.OpenAsync(new RecordingListener(), new())
        );

    private void WriteHeader(uint format)
    {
        using var keyspace = new RocksKeyspace(RocksDatabase.Open(Data, RocksTuning.Small), Data);
        Assert.True(StoreHeader.Write(keyspace, format, 1).IsWritten);
    }
}
