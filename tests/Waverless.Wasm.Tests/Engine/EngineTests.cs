using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Wasm.Loading;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Support;

namespace Waverless.Wasm.Engine;

/// <summary>Engines of one's own: small pools, no pool, many lives.</summary>
public sealed class EngineTests
{
    private static readonly byte[] Module = Wat.Assemble(
        Guests.With(
            Guests.Integers(1024, 1, 1, 0, 1, 0, 1)
                + """
                (func (export "set") (call $ope (i32.const 1024) (i32.const 6) (i32.const 1200)))
                (func (export "spin") (loop $again (br $again)))
                """
        )
    );

    [Fact]
    public async Task A_pool_without_free_slots_is_overload()
    {
        await using var app = Load(new PoolPlan(2, PoolPlan.SlotBytesSmall));
        var results = new List<InvocationResult>();
        await NestAsync(app, depth: 3, results);
        Assert.Equal(
            [InvocationStatus.Overloaded, InvocationStatus.Completed, InvocationStatus.Completed],
            results.Select(result => result.Status)
        );
        Assert.Contains("no free instance slot", results[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_pool_memory_comes_on_demand()
    {
        await using var app = Load(default(PoolPlan));
        var results = new List<InvocationResult>();
        await NestAsync(app, depth: 4, results);
        Assert.All(results, result => Assert.True(result.IsCompleted, result.Error));
    }

    [Fact]
    public async Task Engines_come_and_go_without_using_up_the_address_space()
    {
        for (var life = 0; life < 40; life++)
        {
            await using var app = Load(new PoolPlan(1_000, PoolPlan.SlotBytesFull));
            Assert.True((await app.InvokeAsync(Call("set"), new TestHost(), default)).IsCompleted);
        }
    }

    [Fact]
    public async Task The_ticker_parks_when_no_guest_runs_and_wakes_for_the_next()
    {
        var engine = WasmEngine.Create(new WasmOptions(), new PoolPlan(4, PoolPlan.SlotBytesSmall));
        await using var app = Load(engine.Share());
        Assert.True((await app.InvokeAsync(Call("set"), new TestHost(), default)).IsCompleted);
        Assert.True(SpinWait.SpinUntil(() => engine.Ticker.IsParked, TimeSpan.FromMinutes(2)));
        var result = await app.InvokeAsync(Call("spin", 30), new TestHost(), default);
        Assert.Equal(InvocationStatus.TimedOut, result.Status);
        engine.Release();
    }

    [Fact]
    public async Task A_thread_with_too_little_stack_runs_no_guest()
    {
        await using var app = Load(new PoolPlan(4, PoolPlan.SlotBytesSmall));
        InvocationResult result = default;
        var thread = new Thread(
            () => result = app.InvokeAsync(Call("set"), new TestHost(), default).AsTask().Result,
            maxStackSize: 256 << 10
        );
        thread.Start();
        thread.Join();
        Assert.Equal(InvocationStatus.Overloaded, result.Status);
        Assert.Contains("bytes of stack", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_of_one_process_share_its_engine()
    {
        var first = WasmEngine.Acquire(new WasmOptions());
        var second = WasmEngine.Acquire(new WasmOptions { InstancesMax = 3 });
        Assert.Same(first, second);
        first.Release();
        second.Release();
    }

    [Fact]
    public async Task A_host_that_stops_leaves_the_apps_of_another_running()
    {
        var stopping = WasmApp.NewRuntime();
        var version = WasmApp.Version(Module, [WasmApp.Function("set")]);
        var leaving = await stopping.LoadAsync(version, default);
        await using var staying = await WasmApp.LoadAsync(Module, [WasmApp.Function("set")]);
        await leaving.DisposeAsync();
        stopping.Dispose();
        Assert.True((await staying.InvokeAsync("set")).IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() =>
            stopping.LoadAsync(version, default).AsTask()
        );
    }

    [Fact]
    public void Options_that_change_compiled_code_change_the_fingerprint()
    {
        var plan = new PoolPlan(10, PoolPlan.SlotBytesFull);
        var options = new WasmOptions();
        var fingerprint = EngineFingerprint.Compute(options, plan);
        Assert.Equal(EngineFingerprint.Length, fingerprint.Length);
        Assert.Equal(fingerprint, EngineFingerprint.Compute(options, plan with { Slots = 9 }));
        var small = plan with { SlotBytes = PoolPlan.SlotBytesSmall };
        Assert.NotEqual(fingerprint, EngineFingerprint.Compute(options, small));
    }

    private static async Task NestAsync(ILoadedApp app, int depth, List<InvocationResult> results)
    {
        var host = new TestHost
        {
            OnCommit = async () =>
            {
                if (depth > 1)
                {
                    await NestAsync(app, depth - 1, results);
                }

                return CommitResult.Committed(default);
            },
        };
        results.Add(await app.InvokeAsync(Call("set"), host, default));
    }

    private static Invocation Call(string function, int timeoutMs = 300_000)
    {
        var manifest = WasmApp.Function(function);
        return new Invocation
        {
            Id = 1,
            Address = new("app", function),
            Function = manifest,
            FunctionIndex = function == "set" ? 0 : 1,
            Home = new PartitionId("app", 0),
            Trigger = TriggerKind.Http,
            Payload = default,
            Deadline = Deadline.After(TimeProvider.System, TimeSpan.FromMilliseconds(timeoutMs)),
        };
    }

    private static LoadedWasmApp Load(PoolPlan plan) =>
        Load(WasmEngine.Create(new WasmOptions(), plan));

    private static LoadedWasmApp Load(WasmEngine engine)
    {
        var version = WasmApp.Version(Module, [WasmApp.Function("set"), WasmApp.Function("spin")]);
        var module = CompiledModule.Compile(engine, Module);
        var binding = ModuleInspector.Inspect(version.Package.Manifest, module.Shape);
        return new(engine, module, binding, version, new WasmOptions(), TimeProvider.System);
    }
}
