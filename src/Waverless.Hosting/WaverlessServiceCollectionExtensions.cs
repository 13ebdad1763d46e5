using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Waverless.Cluster;
using Waverless.Hosting;
using Waverless.Hosting.Cluster;
using Waverless.Hosting.Health;
using Waverless.Hosting.Joining;
using Waverless.Hosting.Threads;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Runtime;
using Waverless.Runtime.Managed;
using Waverless.Scheduling;
using Waverless.Storage;
using Waverless.Timers;
using Waverless.Wasm;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes a generic host a Waverless node.</summary>
public static class WaverlessServiceCollectionExtensions
{
    /// <summary>
    /// Makes the host a node, described in code. A second call goes on configuring the same node.
    /// Settings are bound from the section <c>Waverless</c> of the host's configuration.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Names apps, functions and settings.</param>
    public static IServiceCollection AddWaverless(
        this IServiceCollection services,
        Action<IWaverlessBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        AddNode(services);
        configure?.Invoke(new WaverlessBuilder(services));
        return services;
    }

    /// <summary>
    /// Makes the host a node, described by configuration: the options, and <c>Apps</c>, a list of
    /// paths. A second call goes on configuring the same node.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section to bind, usually <c>Waverless</c>.</param>
    public static IServiceCollection AddWaverless(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddWaverless();
        services.Configure<WaverlessOptions>(options => options.Read(configuration));
        var sources = Sources(services);
        sources.Paths.AddRange(
            configuration
                .GetSection("Apps")
                .GetChildren()
                .Select(path => path.Value)
                .OfType<string>()
                .Except(sources.Paths, StringComparer.Ordinal)
        );
        return services;
    }

    internal static AppSources Sources(IServiceCollection services) =>
        services
            .Where(service => service.ServiceType == typeof(AppSources))
            .Select(service => service.ImplementationInstance)
            .OfType<AppSources>()
            .Single();

    private static void AddNode(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(AppSources)))
        {
            return;
        }

        services.AddSingleton(new AppSources());
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        AddOptions(services);
        AddFolders(services);
        AddRuntimes(services);
        AddStore(services);
        AddTimers(services);
        AddHealth(services);
        services.AddSingleton(provider =>
            ThreadMetrics.Observe(
                new GuestThreads(Options(provider).GuestThreadsMax, Environment.ProcessorCount),
                provider.GetRequiredService<IMeterFactory>()
            )
        );
        services.AddSingleton<AlarmClock>();
        services.AddSingleton(provider => new SchedulerCatalog(
            provider.GetServices<IScheduler>(),
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new ClusterSetup(
            Options(provider),
            ContentRoot(provider),
            provider.GetRequiredService<SchedulerCatalog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ILoggerFactory>()
        ));
        services.AddSingleton<NodePackageDepot>();
        services.AddSingleton(NodeFactory.Create);
        services.AddSingleton<IFunctionInvoker>(provider =>
            provider.GetRequiredService<Node>().Invoker
        );
        services.AddSingleton(provider => provider.GetRequiredService<Node>().DeadLetters);
        services.AddSingleton<AppInstaller>();
        services.AddSingleton<AppVersions>();
        services.AddSingleton<ITriggerSwitch>(provider =>
            provider.GetRequiredService<Node>().Triggers
        );
        services.AddSingleton<IStoreMaintenance, NodeMaintenance>();
        services.AddSingleton<JoinDesk>();
        services.AddSingleton<IClusterNodes, ClusterNodes>();
        services.AddHostedService<NodeLifetime>();
    }

    private static void AddOptions(IServiceCollection services)
    {
        // A collection without a host has no configuration; then the defaults hold.
        services
            .AddOptions<WaverlessOptions>()
            .Configure<IServiceProvider>(
                (options, provider) =>
                {
                    if (provider.GetService<IConfiguration>() is { } configuration)
                    {
                        options.Read(configuration.GetSection(WaverlessOptions.Section));
                    }
                }
            )
            .ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<
                IValidateOptions<WaverlessOptions>,
                WaverlessOptionsValidator
            >()
        );
    }

    private static void AddFolders(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var folder = Options(provider).DataFolder;
            return new NodeFolders(
                folder is null ? null : Path.GetFullPath(folder, ContentRoot(provider)),
                provider.GetRequiredService<ILogger<NodeFolders>>()
            );
        });
        services.AddSingleton(provider => new AppStartup(
            provider.GetRequiredService<AppSources>(),
            provider.GetRequiredService<NodeFolders>(),
            ContentRoot(provider),
            provider.GetRequiredService<ILogger<AppStartup>>()
        ));
    }

    private static void AddRuntimes(IServiceCollection services)
    {
        services.AddSingleton<IFunctionRuntime>(provider => new ManagedRuntime(
            provider.GetRequiredService<AppSources>().Functions,
            provider,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ManagedRuntime>>()
        ));
        services.AddSingleton<IFunctionRuntime>(provider => new WasmFunctionRuntime(
            new WasmOptions
            {
                CacheFolder = provider.GetRequiredService<NodeFolders>().CompiledCode,
                InstancesMax = Options(provider).WasmInstancesMax,
            },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WasmFunctionRuntime>>()
        ));
    }

    private static void AddStore(IServiceCollection services)
    {
        services.TryAddSingleton(NodeFactory.CreateEngine);
        services.AddSingleton(provider => new StoreHealth(
            provider.GetRequiredService<IStorageEngine>() as RocksDbStorageEngine
        ));
        services.AddKeyedSingleton<IKvStore>(
            KeyedService.AnyKey,
            (provider, app) =>
                provider.GetRequiredService<Node>().Store(app as string ?? NotAnApp(app))
        );
    }

    private static void AddTimers(IServiceCollection services) =>
        services.AddKeyedSingleton<ITimers>(
            KeyedService.AnyKey,
            (provider, app) =>
                provider.GetRequiredService<Node>().Timers(app as string ?? NotAnApp(app))
        );

    private static void AddHealth(IServiceCollection services) =>
        services
            .AddHealthChecks()
            .AddCheck<NodeLiveCheck>("waverless-live", tags: ["live"])
            .AddCheck<NodeReadyCheck>("waverless-ready", tags: ["ready"]);

    private static WaverlessOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<WaverlessOptions>>().Value;

    private static string ContentRoot(IServiceProvider provider) =>
        provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory();

    private static string NotAnApp(object? key) =>
        throw new InvalidOperationException(
            $"A keyed service was asked for with the key '{key}'; expected the name of an app, a string."
        );
}
