using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Waverless.EndToEnd.Hosts;
using Waverless.Events;
using Waverless.Hosting;
using Waverless.Kv;

namespace Waverless.EndToEnd.Guides;

/// <summary>A generic host on which the code of a guide runs; its data is gone with it.</summary>
internal sealed class GuideHost : IAsyncDisposable
{
    private readonly IHost _host;

    private GuideHost(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static Task<GuideHost> StartAsync(Action<IWaverlessBuilder>? configure = null) =>
        BuildAsync(builder =>
            builder.Services.AddWaverless(waverless =>
            {
                waverless.UseMemory();
                configure?.Invoke(waverless);
            })
        );

    public static async Task<GuideHost> BuildAsync(Action<HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new TestLog());
        configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new GuideHost(host);
    }

    public IKvStore Store(string app) => Services.GetRequiredKeyedService<IKvStore>(app);

    /// <summary>Waits until a key has a value.</summary>
    public async Task<string> TextAsync(string app, string key)
    {
        var text = default(string);
        await UntilAsync(async () => (text = await Store(app).GetTextAsync(key)) is not null);
        return text!;
    }

    /// <summary>Waits for so many dead letters of an app.</summary>
    public Task DeadLettersAsync(string app, int count) =>
        UntilAsync(async () =>
        {
            var letters = Services.GetRequiredService<IDeadLetters>();
            var page = await letters.ListAsync(new DeadLetterQuery { App = app });
            return page.Letters.Count == count;
        });

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
