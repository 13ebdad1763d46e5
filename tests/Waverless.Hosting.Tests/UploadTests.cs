using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Apps;
using Waverless.Hosting.Packages;
using Waverless.Hosting.Support;

namespace Waverless.Hosting;

public sealed class UploadTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Action<HostApplicationBuilder> _settings;

    public UploadTests() => _settings = TestNode.Settings(("DataFolder", _folder["data"]));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_upload_is_there_after_a_restart()
    {
        var package = TestPackages.Hello("uploaded", file: "text");
        await UploadAsync(package);
        await using var node = await TestNode.StartAsync(_ => { }, _settings);
        Assert.Equal(package.ContentHash, HashOf(node, "fn2"));
        Assert.Contains("hello world", await node.CallAsync("fn2/fn2"), StringComparison.Ordinal);
        Assert.Equal("text", File.ReadAllText(_folder["data/files/fn2/text.txt"]));
    }

    [Fact]
    public async Task An_upload_wins_until_the_hosts_own_version_changes()
    {
        TestPackages.WriteHello(_folder["own/fn2"], "1");
        var own = AppPackageReader.FromFolder(_folder["own/fn2"]);
        var upload = TestPackages.Hello("2");
        await UploadAsync(upload);
        Assert.Equal(upload.ContentHash, await RestartAsync());

        TestPackages.WriteHello(_folder["own/fn2"], "3");
        var newer = AppPackageReader.FromFolder(_folder["own/fn2"]);
        Assert.Equal(newer.ContentHash, await RestartAsync());

        // The upload replaced version 1, but it does not come back with it.
        TestPackages.WriteHello(_folder["own/fn2"], "1");
        Assert.Equal(own.ContentHash, await RestartAsync());
    }

    [Fact]
    public async Task A_rejected_upload_changes_nothing()
    {
        await using var node = await TestNode.StartAsync(_ => { }, _settings);
        var installer = node.Services.GetRequiredService<AppInstaller>();
        var good = TestPackages.Hello("1", file: "first");
        await installer.InstallAsync(good, CancellationToken.None);
        var before = Snapshot();
        var bad = TestPackages.Of(
            "fn2",
            "fns:\n  fn2:\n    http.post: {call: indirect}\n",
            ("app.wasm", "not wasm"),
            ("files/text.txt", "second")
        );
        await Assert.ThrowsAsync<AppRejectedException>(() =>
            installer.InstallAsync(bad, CancellationToken.None)
        );
        Assert.Equal(before, Snapshot());
        Assert.Equal(good.ContentHash, HashOf(node, "fn2"));
        Assert.Contains("hello world", await node.CallAsync("fn2/fn2"), StringComparison.Ordinal);

        string Snapshot() =>
            string.Join(
                '\n',
                Directory
                    .EnumerateFiles(_folder["data/packages"], "*", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .Append(File.ReadAllText(_folder["data/files/fn2/text.txt"]))
            );
    }

    [Fact]
    public async Task A_version_whose_upload_is_repeated_stays()
    {
        await using var node = await TestNode.StartAsync(_ => { }, _settings);
        var installer = node.Services.GetRequiredService<AppInstaller>();
        var package = TestPackages.Hello("1");
        await installer.InstallAsync(package, CancellationToken.None);
        await installer.InstallAsync(package, CancellationToken.None);
        Assert.Single(Directory.EnumerateFiles(_folder["data/packages/fn2"], "*.zip"));
    }

    [Fact]
    public async Task Uploads_at_once_leave_one_version_that_runs_and_is_kept()
    {
        string current;
        await using (var node = await TestNode.StartAsync(_ => { }, _settings))
        {
            var installer = node.Services.GetRequiredService<AppInstaller>();
            var packages = Enumerable.Range(0, 8).Select(i => TestPackages.Hello($"{i}")).ToList();
            await Task.WhenAll(
                packages.Select(p =>
                    Task.Run(() => installer.InstallAsync(p, CancellationToken.None))
                )
            );
            current = HashOf(node, "fn2");
            Assert.Equal(
                new[] { current + ".zip", "current.json" }.Order(StringComparer.Ordinal),
                Directory
                    .EnumerateFiles(_folder["data/packages/fn2"])
                    .Select(file => Path.GetFileName(file))
                    .Order(StringComparer.Ordinal)
            );
        }

        await using var next = await TestNode.StartAsync(_ => { }, _settings);
        Assert.Equal(current, HashOf(next, "fn2"));
    }

    [Theory]
    [InlineData("current.json", "")]
    [InlineData("current.json", "null")]
    [InlineData("current.json", "{\"Hash\": 7}")]
    [InlineData("current.json", "{\"Hash\": \"../../../../etc\"}")]
    [InlineData("*.zip", "")]
    [InlineData("*.zip", "PK not a zip")]
    public async Task A_damaged_upload_is_logged_and_the_hosts_own_version_runs(
        string pattern,
        string content
    )
    {
        TestPackages.WriteHello(_folder["own/fn2"], "1");
        await UploadAsync(TestPackages.Hello("2"));
        var file = Directory.EnumerateFiles(_folder["data/packages/fn2"], pattern).Single();
        File.WriteAllText(file, content);
        await using var node = await TestNode.StartAsync(AddOwn, _settings);
        var own = AppPackageReader.FromFolder(_folder["own/fn2"]);
        Assert.Equal(own.ContentHash, HashOf(node, "fn2"));
        Assert.Contains(
            node.Log.Of(LogLevel.Error),
            message => message.Contains(file, StringComparison.Ordinal)
        );
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Fact]
    public async Task An_upload_whose_zip_is_gone_is_logged_and_left_out()
    {
        await UploadAsync(TestPackages.Hello("2"));
        File.Delete(Directory.EnumerateFiles(_folder["data/packages/fn2"], "*.zip").Single());
        await using var node = await TestNode.StartAsync(_ => { }, _settings);
        Assert.Empty(node.Node.Catalog.Current.Apps);
        Assert.Single(node.Log.Of(LogLevel.Error));
    }

    [Fact]
    public async Task A_zip_with_the_content_of_another_version_is_not_used()
    {
        await UploadAsync(TestPackages.Hello("2"));
        var file = Directory.EnumerateFiles(_folder["data/packages/fn2"], "*.zip").Single();
        File.WriteAllBytes(file, PackageZip.Pack(TestPackages.Hello("3")));
        await using var node = await TestNode.StartAsync(_ => { }, _settings);
        Assert.Empty(node.Node.Catalog.Current.Apps);
        Assert.Contains("not what was stored", node.Log.Of(LogLevel.Error).Single(), Ordinal);
    }

    [Fact]
    public async Task What_a_crash_left_of_an_upload_is_not_used_and_goes_with_the_next()
    {
        TestPackages.WriteHello(_folder["own/fn2"], "1");
        var packages = new PackageFolder(_folder["data/packages"], NullLogger.Instance);
        await packages.StoreAsync(TestPackages.Hello("2"), CancellationToken.None);
        File.WriteAllText(_folder["data/packages/fn2/current.json.new"], "{");
        Assert.Equal(
            AppPackageReader.FromFolder(_folder["own/fn2"]).ContentHash,
            await RestartAsync()
        );
        await UploadAsync(TestPackages.Hello("3"));
        Assert.Equal(2, Directory.EnumerateFiles(_folder["data/packages/fn2"]).Count());
    }

    [Fact]
    public async Task An_upload_that_is_rejected_at_start_gives_way_to_the_hosts_own()
    {
        TestPackages.WriteHello(_folder["own/fn2"], "1");
        var own = AppPackageReader.FromFolder(_folder["own/fn2"]);
        var packages = new PackageFolder(_folder["data/packages"], NullLogger.Instance);
        foreach (var (app, replaced) in new[] { ("fn2", own.ContentHash), ("alone", null) })
        {
            var broken = TestPackages.Broken(app);
            await packages.StoreAsync(broken, CancellationToken.None);
            await packages.SwitchAsync(broken, replaced);
        }

        await using var node = await TestNode.StartAsync(AddOwn, _settings);
        Assert.Equal(own.ContentHash, HashOf(node, "fn2"));
        Assert.Single(node.Node.Catalog.Current.Apps);
        Assert.Equal(2, node.Log.Of(LogLevel.Error).Count());
    }

    [Fact]
    public async Task A_node_in_memory_takes_uploads_too()
    {
        await using var node = await TestNode.StartAsync(w => w.UseMemory());
        await node
            .Services.GetRequiredService<AppInstaller>()
            .InstallAsync(TestPackages.Hello("1"), CancellationToken.None);
        Assert.Contains("hello world", await node.CallAsync("fn2/fn2"), StringComparison.Ordinal);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static string HashOf(TestNode node, string app) =>
        node.Node.Catalog.Current.Apps[app].Version.Hash;

    private void AddOwn(IWaverlessBuilder builder)
    {
        if (Directory.Exists(_folder["own"]))
        {
            builder.AddApps(_folder["own"]);
        }
    }

    private async Task UploadAsync(AppPackage package)
    {
        await using var node = await TestNode.StartAsync(AddOwn, _settings);
        await node
            .Services.GetRequiredService<AppInstaller>()
            .InstallAsync(package, CancellationToken.None);
        Assert.Equal(package.ContentHash, HashOf(node, package.Manifest.Name));
    }

    private async Task<string> RestartAsync()
    {
        await using var node = await TestNode.StartAsync(AddOwn, _settings);
        return HashOf(node, "fn2");
    }
}
