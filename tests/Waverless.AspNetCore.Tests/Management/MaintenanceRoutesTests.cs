using Microsoft.Extensions.DependencyInjection;
using Waverless.AspNetCore.Hosts;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage;

namespace Waverless.AspNetCore.Management;

/// <summary>Integrity checks and backups over HTTP.</summary>
public sealed class MaintenanceRoutesTests : IDisposable
{
    private const string Check = "/_waverless/api/v1/integrity-check";
    private const string Backups = "/_waverless/api/v1/backups";

    private readonly string _folder = Directory.CreateTempSubdirectory("waverless-http-").FullName;

    private string BackupFolder => Path.Combine(_folder, "backups");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_store_is_checked()
    {
        await using var node = await StartAsync();
        await node
            .Services.GetRequiredKeyedService<IKvStore>("app")
            .CommitAsync(new KvBatch().Set("a", "x"u8).Set("b", "x"u8));

        var report = await (await node.Client.PostAsync(Check, null)).JsonAsync();

        Assert.True(report.GetProperty("sound").GetBoolean());
        Assert.Equal(0, report.GetProperty("defectCount").GetInt32());
        Assert.Equal(0, report.GetProperty("defects").GetArrayLength());
        Assert.InRange(report.GetProperty("records").GetInt32(), 3, 1_000);
        Assert.InRange(report.GetProperty("partitions").GetInt32(), 1, 3);
    }

    [Fact]
    public async Task A_backup_is_made_under_its_name_can_be_verified_and_is_never_replaced()
    {
        await using var node = await StartAsync();
        var store = node.Services.GetRequiredKeyedService<IKvStore>("app");
        await store.SetTextAsync("key", "value");

        var report = await (
            await node.Client.PostAsync(Backups + "?name=monday.1", null)
        ).JsonAsync();

        var folder = Path.Combine(BackupFolder, "monday.1");
        Assert.Equal("monday.1", report.GetProperty("name").GetString());
        Assert.Equal(folder, report.GetProperty("folder").GetString());
        Assert.InRange(report.GetProperty("files").GetInt32(), 1, 100);
        var partition = report.GetProperty("partitions").EnumerateArray().Single();
        Assert.Equal("app", partition.GetProperty("app").GetString());
        Assert.Equal(1, partition.GetProperty("revision").GetInt64());
        await StoreBackup.VerifyAsync(folder, TestContext.Current.CancellationToken);

        using var again = await node.Client.PostAsync(Backups + "?name=monday.1", null);
        await again.ProblemAsync(409, "backup_refused");
    }

    [Fact]
    public async Task Without_a_name_a_backup_is_named_by_the_time()
    {
        await using var node = await StartAsync();
        var report = await (await node.Client.PostAsync(Backups, null)).JsonAsync();
        var name = report.GetProperty("name").GetString()!;
        Assert.Matches("^[0-9]{8}-[0-9]{6}$", name);
        Assert.True(Directory.Exists(Path.Combine(BackupFolder, name)));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../other")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/tmp/x")]
    [InlineData(".hidden")]
    [InlineData("x.partial")]
    [InlineData("nul\0")]
    [InlineData("LONG")]
    public async Task A_name_that_leads_elsewhere_is_refused(string name)
    {
        name = name == "LONG" ? new string('x', BackupName.CharsMax + 1) : name;
        await using var node = await StartAsync();
        var path = $"{Backups}?name={Uri.EscapeDataString(name)}";
        await (await node.Client.PostAsync(path, null)).ProblemAsync(400, "bad_request");
        Assert.False(Directory.Exists(BackupFolder));
    }

    [Fact]
    public async Task Without_a_folder_and_in_memory_there_are_no_backups()
    {
        await using var closed = await WebNode.StartAsync(w => w.AddFunction("app/x", () => "x"));
        await (await closed.Client.PostAsync(Backups, null)).ProblemAsync(404, "backups_off");
        await using var inMemory = await WebNode.StartAsync(
            w => w.AddFunction("app/x", () => "x"),
            http => http.BackupFolder = BackupFolder
        );
        await (await inMemory.Client.PostAsync(Backups, null)).ProblemAsync(404, "backups_off");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_problem()
    {
        await File.WriteAllTextAsync(BackupFolder, "a file");
        await using var node = await StartAsync();
        await (await node.Client.PostAsync(Backups, null)).ProblemAsync(409, "backup_refused");
    }

    [Theory]
    [InlineData(Check)]
    [InlineData(Backups)]
    public async Task One_runs_at_a_time_and_the_next_is_told_to_come_back(string path)
    {
        var slow = new SlowMaintenance();
        await using var node = await WebNode.StartAsync(
            w => w.AddFunction("app/x", () => "x"),
            http => http.BackupFolder = BackupFolder,
            build: builder => builder.Services.AddSingleton<IStoreMaintenance>(slow)
        );
        var first = node.Client.PostAsync(path, null);
        await slow.Entered.Task.WaitAsync(TimeSpan.FromMinutes(1));
        using var second = await node.Client.PostAsync(path, null);
        Assert.NotNull(second.Headers.RetryAfter);
        await second.ProblemAsync(503, "maintenance_busy");

        slow.Go.SetResult();
        await (await first).JsonAsync();
        await (await node.Client.PostAsync(path + "?name=next", null)).JsonAsync();
    }

    [Theory]
    [InlineData(Check)]
    [InlineData(Backups)]
    public async Task They_are_not_for_other_sites(string path)
    {
        await using var node = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        await (await node.Client.SendAsync(request)).ProblemAsync(403, "cross_site");
        Assert.False(Directory.Exists(BackupFolder));
    }

    private Task<WebNode> StartAsync() =>
        WebNode.StartAsync(
            w =>
                w.AddFunction("app/x", () => "x")
                    .Configure(options => options.DataFolder = Path.Combine(_folder, "data")),
            http => http.BackupFolder = BackupFolder
        );

    private sealed class SlowMaintenance : IStoreMaintenance
    {
        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource Go { get; } = new();

        public async Task<BackupReport> BackupAsync(string folder, CancellationToken ct = default)
        {
            await EnterAsync();
            return new BackupReport(folder, DateTimeOffset.UnixEpoch, 1, 0, 0, []);
        }

        public async Task<IntegrityReport> VerifyAsync(CancellationToken ct = default)
        {
            await EnterAsync();
            return new IntegrityReport(0, 0, 0, 0, []);
        }

        public Task<StoreStatistics> GetStatisticsAsync(CancellationToken ct = default) =>
            Task.FromResult(new StoreStatistics(0, 0, 0, null, []));

        private Task EnterAsync()
        {
            Entered.TrySetResult();
            return Go.Task;
        }
    }
}
