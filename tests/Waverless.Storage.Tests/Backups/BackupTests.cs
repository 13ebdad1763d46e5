using System.Text;
using Waverless.Kv;

namespace Waverless.Storage.Backups;

/// <summary>A backup holds one moment of a store in use, and names every file in it.</summary>
public sealed class BackupTests : IAsyncDisposable
{
    private readonly BackupPlace _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task A_backup_lists_what_it_holds()
    {
        await _place.PrepareAsync();
        var report = await StoreBackup.VerifyAsync(_place.Backup, Ct);
        Assert.Equal(_place.Backup, report.Folder);
        Assert.Equal(1u, report.Incarnation);
        Assert.Equal(
            [(BackupPlace.Other, 1ul), (BackupPlace.P, (ulong)BackupPlace.Counted)],
            report.Partitions.Select(p => (p.Id, p.Revision))
        );
        var files = Directory
            .GetFiles(_place.Backup, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != BackupLayout.ManifestFile)
            .ToList();
        Assert.Equal(files.Count, report.Files);
        Assert.Equal(files.Sum(file => new FileInfo(file).Length), report.Bytes);
        Assert.DoesNotContain(files, file => Path.GetFileName(file) is "LOCK" or "LOG");
    }

    [Fact]
    public async Task Nothing_is_left_beside_the_store_or_the_backup()
    {
        await _place.PrepareAsync();
        Assert.Equal(
            ["backup", "data"],
            Directory.GetFileSystemEntries(_place.Root).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task A_backup_under_load_shows_one_moment_of_all_partitions()
    {
        // Of each pair the second is written after the first was acknowledged.
        await using var engine = await _place.OpenAsync();
        using var stop = new CancellationTokenSource();
        var load = WritePairsAsync(engine, stop.Token);
        for (var i = 0; i < 3; i++)
        {
            await engine.BackupAsync($"{_place.Backup}{i}", Ct);
        }

        await stop.CancelAsync();
        var written = await load;
        for (var i = 0; i < 3; i++)
        {
            var folder = Path.Combine(_place.Root, $"restored{i}");
            await StoreBackup.RestoreAsync($"{_place.Backup}{i}", folder, TimeProvider.System, Ct);
            await using var restored = await _place.OpenAsync(folder);
            var first = await NumberAsync(restored, BackupPlace.P);
            var second = await NumberAsync(restored, BackupPlace.Other);
            Assert.InRange(first, second, second + 1);
            Assert.InRange(first, 0, written);
            Assert.Equal([], (await restored.VerifyAsync(Ct)).Defects);
        }
    }

    [Fact]
    public async Task An_existing_folder_is_not_written_to()
    {
        await using var engine = await _place.OpenAsync();
        Directory.CreateDirectory(_place.Backup);
        var error = await FailsAsync(() => engine.BackupAsync(_place.Backup, Ct));
        Assert.Equal(StorageError.FolderUnusable, error.Error);
        Assert.Contains(_place.Backup, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_place.Backup));
    }

    [Fact]
    public async Task What_an_interrupted_backup_left_is_no_obstacle()
    {
        await using var engine = await _place.OpenAsync();
        Directory.CreateDirectory(BackupLayout.Partial(_place.Backup));
        Directory.CreateDirectory(BackupLayout.Checkpoint(_place.Store));
        await engine.BackupAsync(_place.Backup, Ct);
        await StoreBackup.VerifyAsync(_place.Backup, Ct);
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_nothing()
    {
        await using var engine = await _place.OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            engine.BackupAsync(_place.Backup, new CancellationToken(canceled: true))
        );
        Assert.Equal(["data"], Directory.GetDirectories(_place.Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_closed_engine_makes_no_backup()
    {
        var engine = await _place.OpenAsync();
        await engine.DisposeAsync();
        var error = await FailsAsync(() => engine.BackupAsync(_place.Backup, Ct));
        Assert.Equal(StorageError.Closed, error.Error);
    }

    [Theory]
    [InlineData("store/CURRENT")]
    [InlineData("*.sst")]
    public async Task A_changed_file_is_named(string pattern)
    {
        await _place.PrepareAsync();
        var name = Path.GetFileName(pattern);
        var file = Directory.GetFiles(Path.Combine(_place.Backup, "store"), name).First();
        var bytes = await File.ReadAllBytesAsync(file, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Ct);
        await InvalidAsync(Path.GetFileName(file));
        File.Delete(file);
        await InvalidAsync("missing");
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", StorageError.NewerFormat, "newer")]
    [InlineData("\"storeFormat\": 3", "\"storeFormat\": 9", StorageError.NewerFormat, "newer")]
    [InlineData("\"version\": 1", "\"version\": 0", StorageError.BackupInvalid, "version")]
    [InlineData("store/CURRENT", "../CURRENT", StorageError.BackupInvalid, "../CURRENT")]
    [InlineData("store/CURRENT", "store/../../x", StorageError.BackupInvalid, "../../x")]
    [InlineData("store/CURRENT", "/etc/passwd", StorageError.BackupInvalid, "/etc/passwd")]
    [InlineData("store/CURRENT", "store/a:b", StorageError.BackupInvalid, "a:b")]
    [InlineData("store/CURRENT", "store/OTHER", StorageError.BackupInvalid, "was changed")]
    [InlineData("\"store\"\n", "\"etc\"\n", StorageError.BackupInvalid, "etc")]
    [InlineData("{", "[", StorageError.BackupInvalid, "cannot be read")]
    [InlineData("\"files\": [", "\"files\": null, \"x\": [", StorageError.BackupInvalid, "read")]
    public async Task A_manifest_from_outside_is_not_believed(
        string from,
        string to,
        StorageError expected,
        string named
    )
    {
        await _place.PrepareAsync();
        var path = Path.Combine(_place.Backup, BackupLayout.ManifestFile);
        var text = await File.ReadAllTextAsync(path, Ct);
        Assert.Contains(from, text, StringComparison.Ordinal);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        text = text[..at] + to + text[(at + from.Length)..];
        await File.WriteAllTextAsync(path, text, Encoding.UTF8, Ct);
        var error = await FailsAsync(() => StoreBackup.VerifyAsync(_place.Backup, Ct));
        Assert.Equal(expected, error.Error);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        error = await FailsAsync(() =>
            StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct)
        );
        Assert.Equal(expected, error.Error);
        await using var engine = await _place.OpenAsync();
        await BackupPlace.AssertOldAsync(engine);
    }

    private static Task<StorageException> FailsAsync(Func<Task> work) =>
        Assert.ThrowsAsync<StorageException>(work);

    private async Task InvalidAsync(string named)
    {
        var error = await FailsAsync(() => StoreBackup.VerifyAsync(_place.Backup, Ct));
        Assert.Equal(StorageError.BackupInvalid, error.Error);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    private static async Task<int> WritePairsAsync(
        RocksDbStorageEngine engine,
        CancellationToken ct
    )
    {
        var i = 0;
        for (; i < 100_000 && !ct.IsCancellationRequested; i++)
        {
            await BackupPlace.PutAsync(engine, BackupPlace.P, "n", $"{i}");
            await BackupPlace.PutAsync(engine, BackupPlace.Other, "n", $"{i}");
            await Task.Yield();
        }

        return i;
    }

    private static async Task<int> NumberAsync(
        RocksDbStorageEngine engine,
        PartitionId partition
    ) => int.TryParse(await BackupPlace.ReadAsync(engine, partition, "n"), out var n) ? n : -1;
}
