using System.Runtime.InteropServices;

namespace Harness.Wasm;

/// <summary>The calls of the C API that the baseline needs; not the product's imports.</summary>
internal static unsafe partial class RawNative
{
    private const string Library = "wasmtime";
    private const string Pooling = "wasmtime_pooling_allocation_config_";

    [LibraryImport(Library)]
    internal static partial nint wasm_config_new();

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_epoch_interruption_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_memory_init_cow_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_max_wasm_stack_set(nint config, nuint bytes);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_async_stack_size_set(nint config, nuint bytes);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_memory_reservation_set(nint config, ulong bytes);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_memory_guard_size_set(nint config, ulong bytes);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_gc_support_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_wasm_gc_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_wasm_function_references_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_wasm_exceptions_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_wasm_threads_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_shared_memory_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_wasm_memory64_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_wasm_multi_memory_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_config_concurrency_support_set(nint config, byte on);

    [LibraryImport(Library)]
    internal static partial void wasmtime_pooling_allocation_strategy_set(nint config, nint pool);

    [LibraryImport(Library, EntryPoint = Pooling + "new")]
    internal static partial nint PoolNew();

    [LibraryImport(Library, EntryPoint = Pooling + "delete")]
    internal static partial void PoolDelete(nint pool);

    [LibraryImport(Library, EntryPoint = Pooling + "total_memories_set")]
    internal static partial void PoolMemories(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = Pooling + "total_tables_set")]
    internal static partial void PoolTables(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = Pooling + "total_core_instances_set")]
    internal static partial void PoolInstances(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = Pooling + "total_stacks_set")]
    internal static partial void PoolStacks(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = Pooling + "total_gc_heaps_set")]
    internal static partial void PoolGcHeaps(nint pool, uint count);

    [LibraryImport(Library, EntryPoint = Pooling + "max_memory_size_set")]
    internal static partial void PoolMemoryMax(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = Pooling + "table_elements_set")]
    internal static partial void PoolTableElements(nint pool, nuint count);

    [LibraryImport(Library, EntryPoint = Pooling + "linear_memory_keep_resident_set")]
    internal static partial void PoolMemoryKept(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = Pooling + "table_keep_resident_set")]
    internal static partial void PoolTableKept(nint pool, nuint bytes);

    [LibraryImport(Library, EntryPoint = Pooling + "max_unused_warm_slots_set")]
    internal static partial void PoolWarmSlots(nint pool, uint count);

    [LibraryImport(Library)]
    internal static partial nint wasm_engine_new_with_config(nint config);

    [LibraryImport(Library)]
    internal static partial void wasm_engine_delete(nint engine);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_module_new(
        nint engine,
        byte* wasm,
        nuint length,
        nint* module
    );

    [LibraryImport(Library)]
    internal static partial nint wasmtime_module_serialize(nint module, RawVector* into);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_module_deserialize_file(
        nint engine,
        byte* path,
        nint* module
    );

    [LibraryImport(Library)]
    internal static partial nint wasmtime_module_deserialize(
        nint engine,
        byte* bytes,
        nuint length,
        nint* module
    );

    [LibraryImport(Library)]
    internal static partial void wasmtime_module_delete(nint module);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_linker_new(nint engine);

    [LibraryImport(Library)]
    internal static partial void wasmtime_linker_delete(nint linker);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_linker_define_func_unchecked(
        nint linker,
        byte* module,
        nuint moduleLength,
        byte* name,
        nuint nameLength,
        nint type,
        delegate* unmanaged<nint, nint, long*, nuint, nint> callback,
        nint environment,
        nint finalizer
    );

    [LibraryImport(Library)]
    internal static partial nint wasmtime_linker_instantiate_pre(
        nint linker,
        nint module,
        nint* prelinked
    );

    [LibraryImport(Library)]
    internal static partial void wasmtime_instance_pre_delete(nint prelinked);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_instance_pre_instantiate(
        nint prelinked,
        nint context,
        RawInstance* instance,
        nint* trap
    );

    [LibraryImport(Library)]
    internal static partial byte wasmtime_instance_export_get(
        nint context,
        RawInstance* instance,
        byte* name,
        nuint nameLength,
        RawExtern* export
    );

    [LibraryImport(Library)]
    internal static partial nint wasmtime_func_call_unchecked(
        nint context,
        RawFunction* function,
        long* values,
        nuint length,
        nint* trap
    );

    [LibraryImport(Library)]
    internal static partial byte* wasmtime_memory_data(nint context, RawMemory* memory);

    [LibraryImport(Library)]
    internal static partial nuint wasmtime_memory_data_size(nint context, RawMemory* memory);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_store_new(nint engine, nint state, nint finalizer);

    [LibraryImport(Library)]
    internal static partial void wasmtime_store_delete(nint store);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_store_context(nint store);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_context_get_data(nint context);

    [LibraryImport(Library)]
    internal static partial void wasmtime_context_set_epoch_deadline(nint context, ulong ticks);

    [LibraryImport(Library)]
    internal static partial nint wasmtime_caller_context(nint caller);

    [LibraryImport(Library)]
    internal static partial void wasm_byte_vec_delete(RawVector* vector);

    [LibraryImport(Library)]
    internal static partial nint wasm_functype_new(RawVector* parameters, RawVector* results);

    [LibraryImport(Library)]
    internal static partial void wasm_functype_delete(nint type);

    [LibraryImport(Library)]
    internal static partial void wasm_valtype_vec_new(RawVector* into, nuint count, nint* items);

    [LibraryImport(Library)]
    internal static partial nint wasm_valtype_new(byte kind);

    [LibraryImport(Library)]
    internal static partial void wasmtime_error_message(nint error, RawVector* into);
}
