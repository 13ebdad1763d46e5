namespace Waverless.Storage.Backups;

/// <summary>A restore that ends anywhere leaves the old store or the new one, whole.</summary>
public sealed class RestoreCrashTests : IAsyncDisposable
{
    private readonly BackupPlace _place = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Steps =>
        [
            .. from step in Enum.GetNames<RestoreStep>()
            from withPackages in new[] { false, true }
            select (step, withPackages),
        ];

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_restore_that_ends_at_a_step_leaves_old_or_new(
        string stepName,
        bool withPackages
    )
    {
        var step = Enum.Parse<RestoreStep>(stepName);
        await PrepareAsync(withPackages);
        await Assert.ThrowsAsync<NotSupportedException>(() => RestoreAsync(step));
        await AssertOldOrNewAsync(step, withPackages);

        // Whatever was left, the next restore goes through.
        await StoreBackup.RestoreAsync(_place.Backup, _place.Store, TimeProvider.System, Ct);
        await AssertOldOrNewAsync(RestoreStep.Moved, withPackages);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_process_that_dies_at_a_step_leaves_old_or_new(
        string stepName,
        bool withPackages
    )
    {
        await PrepareAsync(withPackages);
        using (
            var child = ChildProcess.Start($"{ChildProcess.RestoreRole}{stepName}", _place.Store)
        )
        {
            Assert.Equal(stepName, await child.ReadLineAsync(Ct));
            Assert.Null(await child.ReadLineAsync(Ct));
        }

        await AssertOldOrNewAsync(Enum.Parse<RestoreStep>(stepName), withPackages);
    }

    private async Task PrepareAsync(bool withPackages)
    {
        await _place.PrepareAsync();
        if (!withPackages)
        {
            return;
        }

        // The same backup again, with a folder beside the store.
        Directory.Delete(_place.Backup, recursive: true);
        Write("in the backup");
        await using (var engine = await _place.OpenAsync())
        {
            await BackupPlace.PutAsync(
                engine,
                BackupPlace.P,
                "count",
                $"{BackupPlace.Counted - 1}"
            );
            await engine.BackupAsync(
                _place.Backup,
                [(BackupLayout.Packages, Path.Combine(_place.Root, BackupLayout.Packages))],
                Ct
            );
            await BackupPlace.PutAsync(engine, BackupPlace.P, "count", "after");
        }

        Write("of later");
    }

    private Task<BackupManifest> RestoreAsync(RestoreStep end) =>
        new StoreRestore(_place.Backup, _place.Store, DateTimeOffset.UnixEpoch)
        {
            Reached = step =>
            {
                if (step == end)
                {
                    throw new NotSupportedException();
                }
            },
        }.RunAsync(Ct);

    private async Task AssertOldOrNewAsync(RestoreStep step, bool withPackages)
    {
        await using var engine = await _place.OpenAsync();
        if (step < RestoreStep.Decided)
        {
            await BackupPlace.AssertOldAsync(engine);
            Assert.Equal(withPackages ? "of later" : null, Read());
        }
        else
        {
            await BackupPlace.AssertRestoredAsync(engine);
            Assert.Equal(withPackages ? "in the backup" : null, Read());
            Assert.False(Directory.Exists(BackupLayout.Restored(_place.Store)));
            Assert.False(Directory.Exists(BackupLayout.Replaced(_place.Store)));
        }
    }

    private string Package => Path.Combine(_place.Root, BackupLayout.Packages, "shop", "v.zip");

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Package)!);
        File.WriteAllText(Package, text);
    }

    private string? Read() => File.Exists(Package) ? File.ReadAllText(Package) : null;
}
