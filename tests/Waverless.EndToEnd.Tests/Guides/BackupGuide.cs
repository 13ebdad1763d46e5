using Microsoft.Extensions.DependencyInjection;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage;

namespace Waverless.EndToEnd.Guides;

/// <summary>The code of docs/backup.md.</summary>
public sealed class BackupGuide : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("waverless-guide-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_node_is_backed_up_restored_and_resumed()
    {
        var ct = TestContext.Current.CancellationToken;
        var backup = Path.Combine(_folder.FullName, "monday");
        var dataFolder = Path.Combine(_folder.FullName, "data");
        await using (var host = await StartAsync(dataFolder))
        {
            await host.Store("app").SetTextAsync("key", "value", ct);
            await BackupAsync(host.Services.GetRequiredService<IStoreMaintenance>());
        }

        await WaverlessBackup.RestoreAsync(backup, dataFolder, ct); // no node runs on it

        await using var restored = await StartAsync(dataFolder);
        Assert.Equal("value", await restored.Store("app").GetTextAsync("key", ct));
        var triggers = restored.Services.GetRequiredService<ITriggerSwitch>();
        Assert.True(triggers.ArePaused);
        await triggers.ResumeAsync(ct);

        async Task BackupAsync(IStoreMaintenance maintenance)
        {
            var report = await maintenance.BackupAsync(backup, ct);
            await StoreBackup.VerifyAsync(backup, ct);
            Assert.NotEmpty(report.Partitions);

            var integrity = await maintenance.VerifyAsync(ct); // integrity.IsSound, integrity.Defects
            Assert.True(integrity.IsSound);
            var statistics = await maintenance.GetStatisticsAsync(ct);
            Assert.NotEmpty(statistics.Partitions);
        }
    }

    private static Task<GuideHost> StartAsync(string dataFolder) =>
        GuideHost.BuildAsync(builder =>
            builder.Services.AddWaverless(waverless =>
                waverless
                    .Configure(options => options.DataFolder = dataFolder)
                    .AddFunction("app/ping", () => "pong")
            )
        );
}
