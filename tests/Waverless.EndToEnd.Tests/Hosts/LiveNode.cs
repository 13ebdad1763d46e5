using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.Hosting;

namespace Waverless.EndToEnd.Hosts;

/// <summary>
/// A web host as a user writes it: the apps from their folders, the data in RocksDB in a folder of
/// its own, Kestrel on a free port, and an endpoint that is the host's own.
/// </summary>
internal sealed class LiveNode : IAsyncDisposable
{
    public const string OwnPath = "/own";
    public const string OwnAnswer = "the host's own";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _data;

    private LiveNode(WebApplication app, DirectoryInfo data, TestLog log)
    {
        (_app, _data, Log) = (app, data, log);
        Address = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
        );
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public TestLog Log { get; }

    public static async Task<LiveNode> StartAsync(Action<IWaverlessBuilder>? configure = null)
    {
        var data = Directory.CreateTempSubdirectory("waverless-fire-");
        var log = new TestLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddWaverless(waverless =>
        {
            foreach (var folder in TestApps.Sound)
            {
                waverless.AddApps(folder);
            }

            waverless.Configure(options => options.DataFolder = data.FullName);
            configure?.Invoke(waverless);
        });
        var app = builder.Build();
        app.MapGet(OwnPath, () => OwnAnswer);
        app.MapWaverless(options => options.OwnsRoot = true);
        await app.StartAsync();
        return new LiveNode(app, data, log);
    }

    /// <summary>Calls a function by POST.</summary>
    public Task<HttpResponseMessage> CallAsync(string function, string payload = "") =>
        Client.PostAsync($"/{function}", new StringContent(payload));

    /// <summary>Calls a function that must succeed.</summary>
    public async Task<string> TextAsync(string function, string payload = "")
    {
        using var answer = await CallAsync(function, payload);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {text}");
        return text;
    }

    /// <summary>Uploads one app, as <c>curl -F app=@FILE.zip</c> does.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string app, byte[] zip)
    {
        using var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(zip), app, app + ".zip");
        return await Client.PostAsync("/appmgmt/upload_app", form);
    }

    /// <summary>Uploads one app that must be accepted.</summary>
    public async Task DeployAsync(string app, byte[] zip)
    {
        using var answer = await UploadAsync(app, zip);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}: {text}");
    }

    /// <summary>The process goes on: other apps, their data, the host's own endpoint, health.</summary>
    public async Task AssertAliveAsync()
    {
        Assert.Equal("hello world", await TextAsync("fn2/fn2"));
        Assert.Equal("still here", await TextAsync("faults/echo", "still here"));
        var id = Guid.NewGuid().ToString("N")[..16];
        Assert.Equal("set", await TextAsync("store/set", $"note_{id}={id}"));
        Assert.Equal(id, await TextAsync("store/get", $"note_{id}"));
        Assert.Equal(OwnAnswer, await Client.GetStringAsync(OwnPath));
        using var ready = await Client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    /// <summary>Calls a function until it answers with a status.</summary>
    public async Task UntilAsync(int status, string function, string payload = "")
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var answer = await CallAsync(function, payload);
            if ((int)answer.StatusCode == status)
            {
                return;
            }

            await Task.Delay(10, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
