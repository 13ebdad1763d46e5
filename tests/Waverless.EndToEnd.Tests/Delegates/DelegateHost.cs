using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Waverless.EndToEnd.Hosts;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.EndToEnd.Delegates;

/// <summary>A web host with the functions of this assembly that carry attributes.</summary>
internal sealed class DelegateHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DelegateHost(WebApplication app)
    {
        _app = app;
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public Traces Traces => Services.GetRequiredService<Traces>();

    public static async Task<DelegateHost> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new TestLog());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<Traces>().AddSingleton<PriceList>();
        builder.Services.AddSingleton<OrderNumbers>().AddSingleton<Seen>();
        builder.Services.AddWaverless(waverless => waverless.UseMemory().AddGeneratedFunctions());
        builder.Services.AddWaverless(CodeGuide.Add);
        var app = builder.Build();
        app.MapWaverless();
        await app.StartAsync();
        return new DelegateHost(app);
    }

    public IKvStore Store(string app) => Services.GetRequiredKeyedService<IKvStore>(app);

    /// <summary>Waits until a key has a value.</summary>
    public async Task<string> ValueAsync(string app, string key)
    {
        await foreach (var change in Store(app).WatchAsync())
        {
            if (
                change.Key == KvKey.FromString(key)
                && await Store(app).GetTextAsync(key) is { } text
            )
            {
                return text;
            }
        }

        throw new InvalidOperationException($"The watch ended before '{key}' was written.");
    }

    /// <summary>Waits for a dead letter of an app.</summary>
    public async Task<DeadLetter> DeadLetterAsync(string app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var letters = Services.GetRequiredService<IDeadLetters>();
        while (true)
        {
            var page = await letters.ListAsync(new DeadLetterQuery { App = app }, patience.Token);
            if (page.Letters.Count > 0)
            {
                return page.Letters[0];
            }

            await Task.Delay(5, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
