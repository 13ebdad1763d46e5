using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Runtime;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Loading;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Native;

namespace Waverless.Wasm;

/// <summary>
/// Runs apps whose artifact is WebAssembly. Creates the engine when the first one comes.
/// </summary>
internal sealed class WasmFunctionRuntime : IFunctionRuntime, IDisposable
{
    /// <summary>The file of a package that this runtime runs.</summary>
    internal const string Artifact = "app.wasm";

    private readonly WasmOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WasmFunctionRuntime> _logger;
    private readonly Lock _gate = new();
    private WasmEngine? _engine;
    private ModuleCache? _cache;
    private bool _disposed;

    /// <param name="options">Copied nowhere: do not change them afterwards.</param>
    /// <param name="time">The node's clock: deadlines and the guests' clocks.</param>
    /// <param name="logger">Receives what concerns the engine and its cache.</param>
    public WasmFunctionRuntime(
        WasmOptions options,
        TimeProvider time,
        ILogger<WasmFunctionRuntime> logger
    )
    {
        _options = options;
        _time = time;
        _logger = logger;
    }

    public string Name => "wasm";

    public bool Recognizes(AppPackage package) => package.Files.ContainsKey(Artifact);

    public async ValueTask<ILoadedApp> LoadAsync(AppVersion version, CancellationToken ct) =>
        // What is compiled already is loaded in less time than another thread needs to wake up:
        // compilation takes milliseconds to seconds of processor time.
        Load(version, static (cache, wasm) => cache.Find(wasm))
        ?? await Task.Run(() => Load(version, static (cache, wasm) => cache.Compile(wasm))!, ct);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _engine?.Release();
            _engine = null;
        }
    }

    /// <summary>Null: the module was not found.</summary>
    private LoadedWasmApp? Load(AppVersion version, ModuleSource source)
    {
        var wasm = version.Package.Files[Artifact].Span;
        if (WasmBinary.Refuse(wasm) is { } refusal)
        {
            throw Invalid(version, refusal, inner: null);
        }

        var cache = Start();
        var engine = WasmEngine.Acquire(_options);
        CompiledModule? module = null;
        try
        {
            module = source(cache, wasm);
            if (module is null)
            {
                engine.Release();
                return null;
            }

            var binding = ModuleInspector.Inspect(version.Package.Manifest, module.Shape);
            return new LoadedWasmApp(engine, module, binding, version, _options, _time);
        }
        catch (Exception e)
        {
            module?.Dispose();
            engine.Release();
            if (e is NativeWasmException native)
            {
                throw Invalid(
                    version,
                    $"it is not valid WebAssembly: {native.Failure.Cause}.",
                    native
                );
            }

            throw;
        }
    }

    private delegate CompiledModule? ModuleSource(ModuleCache cache, ReadOnlySpan<byte> wasm);

    private ModuleCache Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_cache is not null)
            {
                return _cache;
            }

            _engine = WasmEngine.Acquire(_options);
            if (_engine.Plan.IsPooled)
            {
                Log.EngineReady(_logger, _engine.Plan.Slots, _engine.Plan.SlotBytes >> 20);
            }
            else
            {
                Log.EngineWithoutPool(_logger, PoolPlan.SlotsMin);
            }

            _cache = new ModuleCache(_engine, _options, _time, _logger);
            return _cache;
        }
    }

    private static AppRejectedException Invalid(
        AppVersion version,
        string refusal,
        Exception? inner
    ) => new(version.App, AppRejectionCode.ArtifactInvalid, [$"{Artifact}: {refusal}"], inner);
}
