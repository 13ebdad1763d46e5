using Waverless.Wasm.Host;
using Waverless.Wasm.Instances;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Engine;

/// <summary>
/// The process's one Wasmtime engine. Hosts acquire and release it; the last release frees its
/// address space. Modules and stores made with it keep their native share alive by themselves.
/// </summary>
internal sealed class WasmEngine
{
    private const uint TableElementsMax = 20_000;
    private const uint TablesPerModuleMax = 4;

    private static readonly Lock Gate = new();
    private static WasmEngine? _shared;

    private int _references;

    private WasmEngine(WasmOptions options, PoolPlan plan)
    {
        Plan = plan;
        Fingerprint = EngineFingerprint.Compute(options, plan);
        Pointer = EngineNative.New(Configure(options, plan));
        Linker = HostLinker.Create(Pointer);
        Ticker = new EpochTicker(Pointer);
        Contexts = new GuestContextPool(Ticker);
    }

    internal nint Pointer { get; }

    internal PoolPlan Plan { get; }

    internal string Fingerprint { get; }

    /// <summary>Links any module with the host's functions.</summary>
    internal HostLinker Linker { get; }

    internal EpochTicker Ticker { get; }

    internal GuestContextPool Contexts { get; }

    /// <summary>The process's engine, made with these options if there is none.</summary>
    internal static WasmEngine Acquire(WasmOptions options)
    {
        lock (Gate)
        {
            _shared ??= new WasmEngine(
                options,
                PoolPlan.Choose(options.InstancesMax, AddressSpace.CanReserve)
            );
            _shared._references++;
            return _shared;
        }
    }

    /// <summary>An engine of one's own, to try a plan; acquired once.</summary>
    internal static WasmEngine Create(WasmOptions options, PoolPlan plan) =>
        new(options, plan) { _references = 1 };

    /// <summary>Acquires this engine once more.</summary>
    internal WasmEngine Share()
    {
        lock (Gate)
        {
            _references++;
            return this;
        }
    }

    /// <summary>Gives back what <see cref="Acquire"/> gave; call it once per acquisition.</summary>
    internal void Release()
    {
        lock (Gate)
        {
            if (--_references > 0)
            {
                return;
            }

            if (_shared == this)
            {
                _shared = null;
            }

            Contexts.Dispose();
            Ticker.Dispose();
            Linker.Dispose();
            EngineNative.Delete(Pointer);
        }
    }

    private static nint Configure(WasmOptions options, PoolPlan plan)
    {
        var config = ConfigNative.New();
        ConfigNative.SetEpochInterruption(config, NativeBool.True);
        ConfigNative.SetMemoryInitCow(config, NativeBool.True);
        var parallel = options.ParallelCompilation ? NativeBool.True : NativeBool.False;
        ConfigNative.SetParallelCompilation(config, parallel);

        // The wasm stack may not exceed the async stack's size, though no fiber is ever made.
        ConfigNative.SetAsyncStackSize(config, (nuint)options.StackBytesMax * 2);
        ConfigNative.SetMaxWasmStack(config, (nuint)options.StackBytesMax);
        RefuseProposals(config);
        if (plan.IsPooled)
        {
            ConfigNative.SetMemoryReservation(config, plan.SlotBytes);
            ConfigNative.SetMemoryGuardSize(config, PoolPlan.GuardBytes);
            Pool(config, options, plan);
        }

        return config;
    }

    /// <summary>
    /// What no supported guest uses costs address space, checks and attack surface.
    /// </summary>
    private static void RefuseProposals(nint config)
    {
        ConfigNative.SetGcSupport(config, NativeBool.False);
        ConfigNative.SetWasmGc(config, NativeBool.False);
        ConfigNative.SetWasmFunctionReferences(config, NativeBool.False);
        ConfigNative.SetWasmExceptions(config, NativeBool.False);
        ConfigNative.SetWasmThreads(config, NativeBool.False);
        ConfigNative.SetSharedMemory(config, NativeBool.False);
        ConfigNative.SetWasmMemory64(config, NativeBool.False);
        ConfigNative.SetWasmMultiMemory(config, NativeBool.False);
        ConfigNative.SetConcurrencySupport(config, NativeBool.False);
    }

    private static void Pool(nint config, WasmOptions options, PoolPlan plan)
    {
        var slots = (uint)plan.Slots;
        var pooling = PoolingNative.New();
        PoolingNative.SetTotalMemories(pooling, slots);
        PoolingNative.SetTotalTables(pooling, slots + TablesPerModuleMax);
        PoolingNative.SetTotalCoreInstances(pooling, slots);
        PoolingNative.SetTotalStacks(pooling, 0);
        PoolingNative.SetTotalGcHeaps(pooling, 0);
        PoolingNative.SetMaxMemorySize(pooling, (nuint)plan.SlotBytes);
        PoolingNative.SetTableElements(pooling, TableElementsMax);
        PoolingNative.SetMaxTablesPerModule(pooling, TablesPerModuleMax);
        PoolingNative.SetMemoryKeepResident(pooling, (nuint)options.MemoryKeptBytes);
        PoolingNative.SetTableKeepResident(pooling, TableElementsMax * 8);
        PoolingNative.SetMaxUnusedWarmSlots(pooling, (uint)options.WarmSlotsMax);
        ConfigNative.SetPooling(config, pooling);
        PoolingNative.Delete(pooling);
    }
}
