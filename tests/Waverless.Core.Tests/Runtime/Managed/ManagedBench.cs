using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime.Managed;

/// <summary>Delegates of the app <c>t</c> on a fake host and clock.</summary>
internal sealed class ManagedBench : IAsyncDisposable
{
    private readonly List<FunctionRegistration> registrations = [];
    private ServiceProvider? provider;
    private CountingScopes? scopes;
    private ManagedRuntime? runtime;
    private AppPackage? package;
    private ILoadedApp? app;

    public FakeTimeProvider Time { get; } = new();

    public FakeInvocationHost Host { get; } = new();

    public RecordingLogger Log { get; } = new();

    public ServiceCollection Services { get; } = new();

    public ILoadedApp App => app!;

    public int ScopesMade => scopes!.Count;

    public ManagedBench Add(
        Delegate function,
        Action<FunctionBuilder>? configure = null,
        string name = "f"
    ) => Add(FunctionRegistration.ForDelegate($"t/{name}", function, configure));

    public ManagedBench Add(FunctionRegistration registration)
    {
        registrations.Add(registration);
        return this;
    }

    public async Task<ManagedBench> LoadAsync()
    {
        package = Assert.Single(ManagedApps.ToPackages(registrations));
        provider = Services.BuildServiceProvider(validateScopes: true);
        scopes = new CountingScopes(provider);
        runtime = new ManagedRuntime(registrations, scopes, Time, Log);
        Assert.True(runtime.Recognizes(package));
        app = await runtime.LoadAsync(new AppVersion(package, null), default);
        return this;
    }

    public ValueTask<InvocationResult> InvokeAsync(
        Payload payload = default,
        TriggerKind trigger = TriggerKind.Host,
        EventRecord? cause = null,
        string name = "f",
        TimeSpan? timeout = null,
        CancellationToken ct = default
    )
    {
        var manifest = package!.Manifest;
        var function = manifest.Find(name)!;
        return App.InvokeAsync(
            new Invocation
            {
                Id = 5,
                Address = new FunctionAddress("t", name),
                Function = function,
                FunctionIndex = manifest.Functions.IndexOf(function),
                Trigger = trigger,
                Payload = payload,
                Home = new PartitionId("t", 0),
                Deadline = Deadline.After(Time, timeout ?? function.Limits.Timeout),
                Event = cause,
                EventId = cause is null ? default : new EventId(new PartitionId("t", 0), 9, 1),
                Attempt = cause is null ? 1 : 3,
            },
            Host,
            ct
        );
    }

    public ValueTask<InvocationResult> InvokeTextAsync(string payload) =>
        InvokeAsync(Payload.FromText(payload));

    public async ValueTask DisposeAsync()
    {
        runtime?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        if (provider is not null)
        {
            await provider.DisposeAsync();
        }
    }

    /// <summary>Loads one delegate and invokes it once.</summary>
    public static async Task<InvocationResult> RunAsync(
        Delegate function,
        Payload payload = default,
        TriggerKind trigger = TriggerKind.Host,
        Action<FunctionBuilder>? configure = null
    )
    {
        await using var bench = await new ManagedBench().Add(function, configure).LoadAsync();
        return await bench.InvokeAsync(payload, trigger);
    }

    /// <summary>The reason why a delegate cannot be bound at start.</summary>
    public static async Task<string> RejectionAsync(
        Delegate function,
        Action<ServiceCollection>? services = null,
        Action<FunctionBuilder>? configure = null
    )
    {
        await using var bench = new ManagedBench().Add(function, configure);
        services?.Invoke(bench.Services);
        var rejected = await Assert.ThrowsAsync<AppRejectedException>(bench.LoadAsync);
        Assert.Equal("t", rejected.App);
        Assert.Equal(AppRejectionCode.ArtifactInvalid, rejected.Code);
        return Assert.Single(rejected.Reasons);
    }
}
