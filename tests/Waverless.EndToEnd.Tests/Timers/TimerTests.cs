using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Timers;

namespace Waverless.EndToEnd.Timers;

/// <summary>Timers and expiring keys on a real clock, RocksDB and threads, across a restart.</summary>
public sealed class TimerTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("waverless-timers-");
    private readonly ConcurrentQueue<TimerFiring> _fired = new();
    private readonly ConcurrentQueue<string> _expired = new();

    [Fact]
    public async Task Timers_fire_and_keys_expire_before_and_after_a_restart()
    {
        var later = DateTimeOffset.UtcNow.AddSeconds(3);
        using (var host = await StartAsync())
        {
            var timers = host.Services.GetRequiredKeyedService<ITimers>("app");
            var set = await timers.SetAsync(
                new NamedTimer("often", "tick", FunctionTimer.Every(TimeSpan.FromMilliseconds(100)))
            );
            Assert.True(set.IsCommitted, set.Reason);
            await timers.SetAsync(new NamedTimer("later", "tick", FunctionTimer.Once(later)));
            var store = host.Services.GetRequiredKeyedService<IKvStore>("app");
            await store.CommitAsync(
                new KvBatch()
                    .Set("key_soon", "v"u8, TimeSpan.FromMilliseconds(200))
                    .Set("key_later", "v"u8, later)
            );
            await UntilAsync(() => _fired.Count(firing => firing.Name == "often") >= 3);
            await UntilAsync(() => _expired.Contains("key_soon"));
            await timers.DeleteAsync("often");
            await host.StopAsync();
        }

        using (var host = await StartAsync())
        {
            await UntilAsync(() => _fired.Any(firing => firing.Name == "later"));
            await UntilAsync(() => _expired.Contains("key_later"));
            var timers = host.Services.GetRequiredKeyedService<ITimers>("app");
            Assert.Equal(["tick"], (await timers.ListAsync()).Select(state => state.Timer.Name));
            await host.StopAsync();
        }

        Assert.Equal(["key_soon", "key_later"], _expired);
        Assert.Equal(_fired.Count, _fired.Distinct().Count());
        Assert.DoesNotContain(_fired, firing => firing.Scheduled > DateTimeOffset.UtcNow);
    }

    /// <inheritdoc />
    public void Dispose() => _data.Delete(recursive: true);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private async Task<IHost> StartAsync()
    {
        Func<FunctionContext, ValueTask<InvocationResult>> tick = context =>
        {
            _fired.Enqueue(context.Timer!);
            return new(InvocationResult.Completed());
        };
        Func<FunctionContext, ValueTask<InvocationResult>> gone = context =>
        {
            Assert.Equal(TriggerKind.KeyExpired, context.Trigger);
            _expired.Enqueue(context.Key!.Value.ToString());
            return new(InvocationResult.Completed());
        };
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddWaverless(waverless =>
            waverless
                .AddFunction("app/tick", tick, f => f.Timer("1h"))
                .AddFunction("app/gone", gone, f => f.OnDelete("key_{}"))
                .Configure(options => options.DataFolder = _data.FullName)
        );
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
