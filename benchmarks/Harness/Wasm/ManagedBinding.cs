using Wasmtime;

namespace Harness.Wasm;

/// <summary>A fresh sandbox per invocation through the package's own managed classes.</summary>
public sealed class ManagedBinding : IDisposable
{
    private const uint Slots = 100;
    private readonly Engine _engine;
    private readonly Module _module;
    private readonly Linker _linker;
    private readonly string _export;
    private byte[] _result = [];

    public ManagedBinding(byte[] wasm, string export)
    {
        _export = export;
        using var pool = new PoolingAllocationConfig();
        pool.WithMaxMemories(Slots)
            .WithMaxTables(Slots)
            .WithMaxCoreInstances(Slots)
            .WithLinearMemoryKeepResidentBytes(1 << 20);
        using var config = new Config();
        _engine = new Engine(config.WithPoolingAllocationStrategy(pool));
        _module = Module.FromBytes(_engine, "guest", wasm);
        _linker = new Linker(_engine);
        _linker.DefineFunction<int, int>("env", "write_result", WriteResult);
    }

    /// <summary>What the last invocation wrote. Not thread-safe.</summary>
    public ReadOnlySpan<byte> Result => _result;

    public void Invoke()
    {
        using var store = new Store(_engine);
        var instance = _linker.Instantiate(store, _module);
        instance.GetAction(_export)!();
    }

    public void Dispose()
    {
        _linker.Dispose();
        _module.Dispose();
        _engine.Dispose();
    }

    private void WriteResult(Caller caller, int address, int length) =>
        _result = caller.GetMemory("memory")!.GetSpan(address, length).ToArray();
}
