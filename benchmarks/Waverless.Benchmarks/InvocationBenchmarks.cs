using BenchmarkDotNet.Attributes;
using Harness.Nodes;
using Harness.Wasm;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;

namespace Waverless.Benchmarks;

/// <summary>One call through <see cref="IFunctionInvoker"/>, against the C API by hand.</summary>
[MemoryDiagnoser]
public class InvocationBenchmarks
{
    private readonly InvocationRequest _wasm = new(Guest.Address);
    private readonly InvocationRequest _delegate = new("hello/greet", Payload.FromText("bob"));
    private readonly TemporaryFolder _data = new();
    private BenchmarkNode _node = null!;
    private RawEngine _engine = null!;
    private RawModule _module = null!;

    [GlobalSetup]
    public async Task StartAsync()
    {
        _node = await BenchmarkNode.StartAsync(
            _data.At("node"),
            waverless =>
                waverless
                    .AddApps(Guest.Folder)
                    .AddFunction("hello/greet", (string name) => $"hello {name}")
        );
        _engine = new RawEngine();
        _module = RawModule.Compile(_engine, Guest.Wasm, Guest.Export);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _module.Dispose();
        _engine.Dispose();
        await _node.DisposeAsync();
        _data.Dispose();
    }

    [Benchmark(Baseline = true)]
    public bool RawFreshInstance() => Guest.RunRaw(_module);

    [Benchmark]
    public ValueTask<InvocationResult> FreshWasm() => _node.Invoker.InvokeAsync(_wasm);

    [Benchmark]
    public ValueTask<InvocationResult> Delegate() => _node.Invoker.InvokeAsync(_delegate);
}
