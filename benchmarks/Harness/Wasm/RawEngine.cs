using System.Runtime.CompilerServices;

[assembly: DisableRuntimeMarshalling]

namespace Harness.Wasm;

/// <summary>
/// A Wasmtime engine made by hand with the configuration that the product uses: pooling, memory
/// kept resident, copy-on-write images, epoch checks in the code.
/// </summary>
public sealed class RawEngine : IDisposable
{
    private const uint Slots = 1_000;
    private const uint TableElements = 20_000;
    private const uint WarmSlots = 100;
    private const ulong SlotBytes = 4UL << 30;
    private const ulong GuardBytes = 32UL << 20;
    private const nuint KeptBytes = 1 << 20;
    private const nuint StackBytes = 512 << 10;

    public RawEngine()
    {
        var config = RawNative.wasm_config_new();
        RawNative.wasmtime_config_epoch_interruption_set(config, 1);
        RawNative.wasmtime_config_memory_init_cow_set(config, 1);
        RawNative.wasmtime_config_async_stack_size_set(config, StackBytes * 2);
        RawNative.wasmtime_config_max_wasm_stack_set(config, StackBytes);
        RawNative.wasmtime_config_memory_reservation_set(config, SlotBytes);
        RawNative.wasmtime_config_memory_guard_size_set(config, GuardBytes);
        RawNative.wasmtime_config_gc_support_set(config, 0);
        RawNative.wasmtime_config_wasm_gc_set(config, 0);
        RawNative.wasmtime_config_wasm_function_references_set(config, 0);
        RawNative.wasmtime_config_wasm_exceptions_set(config, 0);
        RawNative.wasmtime_config_wasm_threads_set(config, 0);
        RawNative.wasmtime_config_shared_memory_set(config, 0);
        RawNative.wasmtime_config_wasm_memory64_set(config, 0);
        RawNative.wasmtime_config_wasm_multi_memory_set(config, 0);
        RawNative.wasmtime_config_concurrency_support_set(config, 0);
        AddPool(config);
        Pointer = RawNative.wasm_engine_new_with_config(config);
    }

    internal nint Pointer { get; }

    public void Dispose() => RawNative.wasm_engine_delete(Pointer);

    private static void AddPool(nint config)
    {
        var pool = RawNative.PoolNew();
        RawNative.PoolMemories(pool, Slots);
        RawNative.PoolTables(pool, Slots + 4);
        RawNative.PoolInstances(pool, Slots);
        RawNative.PoolStacks(pool, 0);
        RawNative.PoolGcHeaps(pool, 0);
        RawNative.PoolMemoryMax(pool, unchecked((nuint)SlotBytes));
        RawNative.PoolTableElements(pool, TableElements);
        RawNative.PoolMemoryKept(pool, KeptBytes);
        RawNative.PoolTableKept(pool, TableElements * 8);
        RawNative.PoolWarmSlots(pool, WarmSlots);
        RawNative.wasmtime_pooling_allocation_strategy_set(config, pool);
        RawNative.PoolDelete(pool);
    }
}
