using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Waverless.Hosting.Support;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Runtime;

namespace Waverless.Hosting;

/// <summary>A node is backed up while it runs, and restored with its triggers paused.</summary>
public sealed class NodeBackupTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _ran = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_restored_node_waits_with_its_events_until_it_is_resumed()
    {
        await using (var node = await StartAsync())
        {
            await TriggersOf(node).PauseAsync();
            await SetAsync(node, "a");
            await MaintenanceOf(node).BackupAsync(_folder["backup"]);
            await SetAsync(node, "later");
        }

        await WaverlessBackup.RestoreAsync(_folder["backup"], _folder["data"]);
        await using var restored = await StartAsync();
        Assert.True(TriggersOf(restored).ArePaused);
        Assert.Equal(HealthStatus.Degraded, await ReadyAsync(restored));
        await SetAsync(restored, "b");
        Assert.Equal("pong", await restored.CallAsync("app/ping"));
        Assert.Empty(Ran());

        await TriggersOf(restored).ResumeAsync();
        await UntilAsync(() => Ran().Count == 2);
        Assert.Equal(["jobs_a", "jobs_b"], Ran().Order());
        Assert.Equal(HealthStatus.Healthy, await ReadyAsync(restored));
    }

    [Fact]
    public async Task A_pause_is_remembered_and_a_resume_as_well()
    {
        await using (var node = await StartAsync())
        {
            await TriggersOf(node).PauseAsync();
        }

        await using (var node = await StartAsync())
        {
            Assert.True(TriggersOf(node).ArePaused);
            await TriggersOf(node).ResumeAsync();
        }

        await using var again = await StartAsync();
        Assert.False(TriggersOf(again).ArePaused);
        await SetAsync(again, "x");
        await UntilAsync(() => Ran().Count == 1);
    }

    [Fact]
    public async Task A_backup_holds_the_uploaded_packages()
    {
        var first = TestPackages.Hello("1");
        await using (var node = await StartAsync())
        {
            await InstallAsync(node, first);
            await MaintenanceOf(node).BackupAsync(_folder["backup"]);
            await InstallAsync(node, TestPackages.Hello("2"));
        }

        await WaverlessBackup.RestoreAsync(_folder["backup"], _folder["elsewhere"]);
        await using var restored = await TestNode.StartAsync(
            _ => { },
            TestNode.Settings(("DataFolder", _folder["elsewhere"]))
        );
        Assert.Equal(
            first.ContentHash,
            restored.Node.Catalog.Current.Apps["fn2"].Version.Package.ContentHash
        );
    }

    [Fact]
    public async Task A_node_in_memory_has_no_backup_and_says_so()
    {
        await using var node = await TestNode.StartAsync(w => w.UseMemory());
        var error = await Assert.ThrowsAsync<StorageException>(() =>
            MaintenanceOf(node).BackupAsync(_folder["backup"])
        );
        Assert.Equal(StorageError.Unsupported, error.Error);
        Assert.True((await MaintenanceOf(node).VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task Continuation_tokens_survive_a_restart_and_no_restore()
    {
        string token;
        await using (var node = await StartAsync())
        {
            await SetAsync(node, "a", "b", "c");
            token = (await ScanAsync(node, null)).Continuation!;
            await MaintenanceOf(node).BackupAsync(_folder["backup"]);
        }

        await using (var node = await StartAsync())
        {
            var page = await ScanAsync(node, token);
            Assert.Equal("jobs_b", page.Entries.Single().Key.ToString());
        }

        await WaverlessBackup.RestoreAsync(_folder["backup"], _folder["data"]);
        await using var restored = await StartAsync();
        var error = await Assert.ThrowsAsync<StorageException>(() => ScanAsync(restored, token));
        Assert.Equal(StorageError.ForeignRevision, error.Error);
    }

    private Task<TestNode> StartAsync() =>
        TestNode.StartAsync(
            w =>
                w.AddFunction("app/ping", () => "pong")
                    .AddFunction(
                        "app/job",
                        context =>
                        {
                            lock (_ran)
                            {
                                _ran.Add(context.Key!.Value.ToString());
                            }

                            return new(Waverless.Invocations.InvocationResult.Completed());
                        },
                        function => function.OnSet("jobs_{}")
                    ),
            TestNode.Settings(("DataFolder", _folder["data"]))
        );

    private List<string> Ran()
    {
        lock (_ran)
        {
            return [.. _ran];
        }
    }

    private static ITriggerSwitch TriggersOf(TestNode node) =>
        node.Services.GetRequiredService<ITriggerSwitch>();

    private static IStoreMaintenance MaintenanceOf(TestNode node) =>
        node.Services.GetRequiredService<IStoreMaintenance>();

    private static IKvStore StoreOf(TestNode node) =>
        node.Services.GetRequiredKeyedService<IKvStore>("app");

    private static async Task SetAsync(TestNode node, params string[] names)
    {
        foreach (var name in names)
        {
            Assert.True(
                (await StoreOf(node).SetAsync($"jobs_{name}", "1"u8.ToArray())).IsCommitted
            );
        }
    }

    private static async Task<KvScanPage> ScanAsync(TestNode node, string? continuation) =>
        await StoreOf(node)
            .ScanAsync(
                new KvScan { Range = KvRange.Prefix("jobs_", 1), Continuation = continuation }
            );

    private static Task<Waverless.Apps.DeployedApp> InstallAsync(
        TestNode node,
        Waverless.Apps.AppPackage package
    ) =>
        node
            .Services.GetRequiredService<AppInstaller>()
            .InstallHereAsync(package, CancellationToken.None);

    private static async Task<HealthStatus> ReadyAsync(TestNode node)
    {
        var health = node.Services.GetRequiredService<HealthCheckService>();
        return (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var i = 0; i < 1000 && !holds(); i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(holds());
    }
}
