using Waverless.Kv;

namespace Waverless.Storage.Backups;

/// <summary>A restored store is what the backup holds, under a new incarnation.</summary>
public sealed class RestoreTests : IAsyncDisposable
{
    private readonly BackupPlace _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task A_restore_replaces_the_store_and_pauses_triggers()
    {
        await _place.PrepareAsync();
        var report = await StoreBackup.RestoreAsync(
            _place.Backup,
            _place.Store,
            TimeProvider.System,
            Ct
        );
        Assert.Equal(1u, report.Incarnation);
        await using (var engine = await _place.OpenAsync())
        {
            await BackupPlace.AssertRestoredAsync(engine);
        }

        Assert.Equal(
            ["backup", "data"],
            Directory.GetFileSystemEntries(_place.Root).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task A_moved_backup_is_restored_where_there_was_no_store()
    {
        await _place.PrepareAsync();
        var moved = Path.Combine(_place.Root, "elsewhere", "copy");
        Directory.CreateDirectory(Path.GetDirectoryName(moved)!);
        Directory.Move(_place.Backup, moved);
        var store = Path.Combine(_place.Root, "new", "node", "store") + Path.DirectorySeparatorChar;
        await StoreBackup.RestoreAsync(moved, store, TimeProvider.System, Ct);
        await using var engine = await _place.OpenAsync(store);
        await BackupPlace.AssertRestoredAsync(engine);
    }

    [Fact]
    public async Task Revisions_of_before_are_refused_after_a_restore()
    {
        var before = await _place.PrepareAsync();
        await StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct);
        await using var engine = await _place.OpenAsync();
        var error = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await foreach (var _ in engine.WatchAsync(BackupPlace.P, before, Ct))
            {
                break;
            }
        });
        Assert.Equal(StorageError.ForeignRevision, error.Error);

        // A bare number of the lost time fits nothing either, however much is written now.
        var next = await BackupPlace.PutAsync(engine, BackupPlace.P, "count", "new");
        Assert.True(next.Number > before.Number + 1000);
        var stale = new Commit();
        stale.RequireRevision("count"u8, before.Number);
        var result = await engine.CommitAsync(BackupPlace.P, stale, Ct);
        Assert.Equal(CommitStatus.ConditionFailed, result.Status);
    }

    [Fact]
    public async Task A_watch_goes_on_with_what_is_written_after_a_restore()
    {
        await _place.PrepareAsync();
        await StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct);
        await using var engine = await _place.OpenAsync();
        var first = await BackupPlace.PutAsync(engine, BackupPlace.P, "a", "1");
        await BackupPlace.PutAsync(engine, BackupPlace.P, "b", "2");
        await foreach (var change in engine.WatchAsync(BackupPlace.P, first, Ct))
        {
            Assert.Equal("b", change.Key.ToString());
            break;
        }
    }

    [Fact]
    public async Task Every_restore_is_an_incarnation_of_its_own()
    {
        await _place.PrepareAsync();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            DateTimeOffset.FromUnixTimeSeconds(5)
        );
        Assert.Equal(5u, await RestoreAsync(time));
        Assert.Equal(6u, await RestoreAsync(time));
        time.SetUtcNow(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        Assert.Equal(1_800_000_000u, await RestoreAsync(time));
    }

    [Fact]
    public async Task A_store_in_use_is_not_replaced()
    {
        await _place.PrepareAsync();
        await using var engine = await _place.OpenAsync();
        var error = await Assert.ThrowsAsync<StorageException>(() =>
            StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct)
        );
        Assert.Equal(StorageError.FolderInUse, error.Error);
        await BackupPlace.AssertOldAsync(engine);
    }

    [Fact]
    public async Task A_store_in_use_by_another_process_is_not_replaced()
    {
        await _place.PrepareAsync();
        using var child = ChildProcess.Start(ChildProcess.HoldRole, _place.Store);
        Assert.Equal("open", await child.ReadLineAsync(Ct));
        var error = await Assert.ThrowsAsync<StorageException>(() =>
            StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct)
        );
        Assert.Equal(StorageError.FolderInUse, error.Error);
        Assert.Contains($"pid {child.Id}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_store_is_replaced()
    {
        await _place.PrepareAsync();
        await File.WriteAllTextAsync(Path.Combine(_place.Store, "CURRENT"), "rubbish", Ct);
        await StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct);
        await using var engine = await _place.OpenAsync();
        await BackupPlace.AssertRestoredAsync(engine);
    }

    [Fact]
    public async Task A_restored_store_can_be_backed_up_again()
    {
        await _place.PrepareAsync();
        await StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct);
        var second = _place.Backup + "2";
        await using (var engine = await _place.OpenAsync())
        {
            await engine.SetTriggersPausedAsync(false, Ct);
            await BackupPlace.PutAsync(engine, BackupPlace.P, "second", "life");
            await engine.BackupAsync(second, Ct);
        }

        await StoreBackup.RestoreAsync(second, _place.Store, TimeProvider.System, Ct);
        await using var again = await _place.OpenAsync();
        await BackupPlace.AssertRestoredAsync(again);
        Assert.Equal("life", await BackupPlace.ReadAsync(again, BackupPlace.P, "second"));
    }

    private async Task<uint> RestoreAsync(TimeProvider time)
    {
        await StoreBackup.RestoreAsync(_place.Backup, _place.Store, time, Ct);
        await using var engine = await _place.OpenAsync();
        return engine.Incarnation;
    }
}
