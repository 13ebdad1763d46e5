using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasmtime/config.h</c>.</summary>
internal static partial class ConfigNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasm_config_new")]
    internal static partial nint New();

    [LibraryImport(Library, EntryPoint = "wasmtime_config_epoch_interruption_set")]
    internal static partial void SetEpochInterruption(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_max_wasm_stack_set")]
    internal static partial void SetMaxWasmStack(nint config, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_async_stack_size_set")]
    internal static partial void SetAsyncStackSize(nint config, nuint bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_parallel_compilation_set")]
    internal static partial void SetParallelCompilation(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_memory_init_cow_set")]
    internal static partial void SetMemoryInitCow(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_memory_reservation_set")]
    internal static partial void SetMemoryReservation(nint config, ulong bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_memory_guard_size_set")]
    internal static partial void SetMemoryGuardSize(nint config, ulong bytes);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_concurrency_support_set")]
    internal static partial void SetConcurrencySupport(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_gc_support_set")]
    internal static partial void SetGcSupport(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_gc_set")]
    internal static partial void SetWasmGc(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_function_references_set")]
    internal static partial void SetWasmFunctionReferences(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_exceptions_set")]
    internal static partial void SetWasmExceptions(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_threads_set")]
    internal static partial void SetWasmThreads(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_shared_memory_set")]
    internal static partial void SetSharedMemory(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_memory64_set")]
    internal static partial void SetWasmMemory64(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_config_wasm_multi_memory_set")]
    internal static partial void SetWasmMultiMemory(nint config, NativeBool enable);

    [LibraryImport(Library, EntryPoint = "wasmtime_pooling_allocation_strategy_set")]
    internal static partial void SetPooling(nint config, nint pooling);
}
