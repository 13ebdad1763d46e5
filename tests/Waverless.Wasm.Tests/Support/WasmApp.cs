using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.Wasm.Support;

/// <summary>A deployed wasm app under test, with the runtime that runs it.</summary>
internal sealed class WasmApp : IAsyncDisposable
{
    private readonly WasmFunctionRuntime _runtime;
    private readonly AppVersion _version;

    private WasmApp(WasmFunctionRuntime runtime, AppVersion version, ILoadedApp loaded)
    {
        _runtime = runtime;
        _version = version;
        Loaded = loaded;
    }

    internal ILoadedApp Loaded { get; }

    internal TestHost Host { get; private set; } = new();

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal static Task<WasmApp> LoadTextAsync(string wat, params string[] functions) =>
        LoadAsync(Wat.Assemble(wat), [.. functions.Select(name => Function(name))]);

    internal static async Task<WasmApp> LoadAsync(
        byte[] wasm,
        ImmutableArray<FunctionManifest> functions,
        string? filesFolder = null,
        WasmOptions? options = null,
        TimeProvider? time = null,
        ILogger<WasmFunctionRuntime>? logger = null
    )
    {
        time ??= TimeProvider.System;
        var runtime = NewRuntime(options, time, logger);
        var version = Version(wasm, functions, filesFolder);
        try
        {
            var loaded = await runtime.LoadAsync(version, CancellationToken.None);
            return new WasmApp(runtime, version, loaded) { Time = time };
        }
        catch
        {
            runtime.Dispose();
            throw;
        }
    }

    internal static WasmFunctionRuntime NewRuntime(
        WasmOptions? options = null,
        TimeProvider? time = null,
        ILogger<WasmFunctionRuntime>? logger = null
    ) =>
        new(
            options ?? new WasmOptions(),
            time ?? TimeProvider.System,
            logger ?? NullLogger<WasmFunctionRuntime>.Instance
        );

    internal static AppVersion Version(
        byte[] wasm,
        ImmutableArray<FunctionManifest> functions,
        string? filesFolder = null
    )
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>> { ["app.wasm"] = wasm };
        var manifest = new AppManifest { Name = "app", Functions = functions };
        return new(new AppPackage(manifest, files.ToFrozenDictionary(), "hash"), filesFolder);
    }

    internal static FunctionManifest Function(
        string name,
        FunctionLimits? limits = null,
        InstanceMode instance = InstanceMode.Fresh
    ) =>
        new()
        {
            Name = name,
            Limits = limits ?? FunctionLimits.Default,
            Instance = instance,
        };

    internal async Task<InvocationResult> InvokeAsync(
        string function,
        Payload payload = default,
        TestHost? host = null,
        TimeSpan? timeout = null,
        CancellationToken ct = default
    )
    {
        Host = host ?? new TestHost();
        return await Loaded.InvokeAsync(Call(function, payload, timeout), Host, ct);
    }

    internal Invocation Call(string function, Payload payload = default, TimeSpan? timeout = null)
    {
        var manifest = _version.Package.Manifest.Find(function)!;
        return new Invocation
        {
            Id = 7,
            Address = new FunctionAddress("app", function),
            Function = manifest,
            FunctionIndex = _version.Package.Manifest.Functions.IndexOf(manifest),
            Home = new PartitionId("app", 0),
            Trigger = TriggerKind.Http,
            Payload = payload,
            Deadline = Deadline.After(Time, timeout ?? TimeSpan.FromMinutes(5)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Loaded.DisposeAsync();
        _runtime.Dispose();
    }
}
