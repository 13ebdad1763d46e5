using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Hosting.Cluster;
using Waverless.Hosting.Threads;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Scheduling;
using Waverless.Storage;

namespace Waverless.Hosting;

/// <summary>Puts the node together from what is registered.</summary>
internal static class NodeFactory
{
    public static Node Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<WaverlessOptions>>().Value;
        var cluster = services.GetRequiredService<ClusterSetup>().Create();
        return new Node(
            new NodeParts
            {
                Engine = services.GetRequiredService<IStorageEngine>(),
                Runtimes = [.. services.GetServices<IFunctionRuntime>()],
                Threads = services.GetRequiredService<GuestThreads>(),
                Time = services.GetRequiredService<TimeProvider>(),
                Alarms = AlarmsOf(services),
                Scheduler = TaskScheduler.Default,
                Random = new Random(),
                Meters = services.GetRequiredService<IMeterFactory>(),
                Loggers = services.GetRequiredService<ILoggerFactory>(),
                Schedulers = services.GetRequiredService<SchedulerCatalog>(),
                Cluster = cluster,
                Usage = new ProcessUsage(services.GetRequiredService<TimeProvider>()).Read,
                Settings = new NodeSettings
                {
                    NodeId = cluster?.Self.Value ?? 1,
                    BacklogSoftMax = options.BacklogMax,
                    AttemptsMax = options.AttemptsMax,
                    Deferred = new()
                    {
                        TimersMax = options.TimersMax,
                        MessagesMax = options.DelayedMessagesMax,
                    },
                    Quota = QuotaOf(options),
                    // Short functions find a thread although long ones take all they may.
                    Pump = new() { LongDrainsMax = Math.Max(1, options.GuestThreadsMax * 3 / 4) },
                    DeadLetters = new() { Retention = options.DeadLetterRetention },
                    IdempotencyRetention = options.IdempotencyRetention,
                    DrainTimeout = options.DrainTimeout,
                },
            }
        );
    }

    /// <summary>Who brings a clock of their own has its timers as well.</summary>
    private static AlarmClock? AlarmsOf(IServiceProvider services) =>
        services.GetRequiredService<TimeProvider>() == TimeProvider.System
            ? services.GetRequiredService<AlarmClock>()
            : null;

    private static AppQuota? QuotaOf(WaverlessOptions options) =>
        options.AppBytesMax is null && options.AppKeysMax is null
            ? null
            : new AppQuota { Bytes = options.AppBytesMax, Keys = options.AppKeysMax };

    public static IStorageEngine CreateEngine(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<WaverlessOptions>>().Value;
        var folders = services.GetRequiredService<NodeFolders>();
        return options.DataFolder is null
            ? new MemoryStorageEngine()
            : new RocksDbStorageEngine(
                new RocksDbStorageOptions
                {
                    Folder = folders.Store,
                    Durability = options.Durability,
                    Meters = services.GetRequiredService<IMeterFactory>(),
                    Logger = services
                        .GetRequiredService<ILoggerFactory>()
                        .CreateLogger<RocksDbStorageEngine>(),
                }
            );
    }
}
