using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports for instances, functions and memories of a store.</summary>
internal static unsafe partial class InstanceNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_pre_instantiate")]
    internal static partial nint Instantiate(
        nint prelinked,
        nint context,
        InstanceHandle* instance,
        nint* trap
    );

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_export_get")]
    internal static partial NativeBool Export(
        nint context,
        InstanceHandle* instance,
        byte* name,
        nuint nameLength,
        ExternHandle* export
    );

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_export_nth")]
    internal static partial NativeBool ExportAt(
        nint context,
        InstanceHandle* instance,
        nuint index,
        byte** name,
        nuint* nameLength,
        ExternHandle* export
    );

    [LibraryImport(Library, EntryPoint = "wasmtime_func_call_unchecked")]
    internal static partial nint Call(
        nint context,
        FunctionHandle* function,
        RawValue* argumentsAndResults,
        nuint length,
        nint* trap
    );

    [LibraryImport(Library, EntryPoint = "wasmtime_memory_data")]
    internal static partial byte* MemoryBytes(nint context, MemoryHandle* memory);

    [LibraryImport(Library, EntryPoint = "wasmtime_memory_data_size")]
    internal static partial nuint MemoryLength(nint context, MemoryHandle* memory);

    [LibraryImport(Library, EntryPoint = "wasmtime_caller_context")]
    internal static partial nint CallerContext(nint caller);

    [LibraryImport(Library, EntryPoint = "wasmtime_caller_export_get")]
    internal static partial NativeBool CallerExport(
        nint caller,
        byte* name,
        nuint nameLength,
        ExternHandle* export
    );
}
