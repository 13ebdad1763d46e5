using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of the pooling allocator's part of <c>wasmtime/config.h</c>.</summary>
internal static partial class PoolingNative
{
    private const string Library = NativeLibraryName.Wasmtime;
    private const string Prefix = "wasmtime_pooling_allocation_config_";

    [LibraryImport(Library, EntryPoint = Prefix + "new")]
    internal static partial nint New();

    [LibraryImport(Library, EntryPoint = Prefix + "delete")]
    internal static partial void Delete(nint pooling);

    [LibraryImport(Library, EntryPoint = Prefix + "total_memories_set")]
    internal static partial void SetTotalMemories(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "total_tables_set")]
    internal static partial void SetTotalTables(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "total_core_instances_set")]
    internal static partial void SetTotalCoreInstances(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "total_stacks_set")]
    internal static partial void SetTotalStacks(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "total_gc_heaps_set")]
    internal static partial void SetTotalGcHeaps(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "max_memory_size_set")]
    internal static partial void SetMaxMemorySize(nint pooling, nuint bytes);

    [LibraryImport(Library, EntryPoint = Prefix + "table_elements_set")]
    internal static partial void SetTableElements(nint pooling, nuint count);

    [LibraryImport(Library, EntryPoint = Prefix + "max_tables_per_module_set")]
    internal static partial void SetMaxTablesPerModule(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "linear_memory_keep_resident_set")]
    internal static partial void SetMemoryKeepResident(nint pooling, nuint bytes);

    [LibraryImport(Library, EntryPoint = Prefix + "table_keep_resident_set")]
    internal static partial void SetTableKeepResident(nint pooling, nuint bytes);

    [LibraryImport(Library, EntryPoint = Prefix + "max_unused_warm_slots_set")]
    internal static partial void SetMaxUnusedWarmSlots(nint pooling, uint count);

    [LibraryImport(Library, EntryPoint = Prefix + "decommit_batch_size_set")]
    internal static partial void SetDecommitBatchSize(nint pooling, nuint count);
}
