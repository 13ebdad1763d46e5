using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasm.h</c> that describe imports, exports and functions.</summary>
/// <remarks>
/// <c>wasm_valtype_kind</c> is not here on purpose: it aborts the process for v128 and for most
/// references. Value types are compared instead.
/// </remarks>
internal static unsafe partial class TypeNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasm_importtype_vec_delete")]
    internal static partial void DeleteImports(PointerVector* imports);

    [LibraryImport(Library, EntryPoint = "wasm_exporttype_vec_delete")]
    internal static partial void DeleteExports(PointerVector* exports);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_module")]
    internal static partial ByteVector* ImportModule(nint import);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_name")]
    internal static partial ByteVector* ImportName(nint import);

    [LibraryImport(Library, EntryPoint = "wasm_importtype_type")]
    internal static partial nint ImportType(nint import);

    [LibraryImport(Library, EntryPoint = "wasm_exporttype_name")]
    internal static partial ByteVector* ExportName(nint export);

    [LibraryImport(Library, EntryPoint = "wasm_exporttype_type")]
    internal static partial nint ExportType(nint export);

    [LibraryImport(Library, EntryPoint = "wasm_externtype_kind")]
    internal static partial ExternTypeKind Kind(nint type);

    [LibraryImport(Library, EntryPoint = "wasm_externtype_as_functype_const")]
    internal static partial nint AsFunction(nint type);

    [LibraryImport(Library, EntryPoint = "wasm_externtype_as_memorytype_const")]
    internal static partial nint AsMemory(nint type);

    [LibraryImport(Library, EntryPoint = "wasmtime_memorytype_minimum")]
    internal static partial ulong MemoryMinimumPages(nint memory);

    [LibraryImport(Library, EntryPoint = "wasmtime_memorytype_page_size")]
    internal static partial ulong MemoryPageBytes(nint memory);

    [LibraryImport(Library, EntryPoint = "wasm_functype_params")]
    internal static partial PointerVector* Parameters(nint function);

    [LibraryImport(Library, EntryPoint = "wasm_functype_results")]
    internal static partial PointerVector* Results(nint function);

    /// <summary>Takes both vectors and their elements.</summary>
    [LibraryImport(Library, EntryPoint = "wasm_functype_new")]
    internal static partial nint NewFunction(PointerVector* parameters, PointerVector* results);

    [LibraryImport(Library, EntryPoint = "wasm_functype_delete")]
    internal static partial void DeleteFunction(nint function);

    [LibraryImport(Library, EntryPoint = "wasm_valtype_vec_new")]
    internal static partial void NewValues(PointerVector* into, nuint count, nint* items);

    [LibraryImport(Library, EntryPoint = "wasm_valtype_new")]
    internal static partial nint NewValue(byte kind);

    [LibraryImport(Library, EntryPoint = "wasm_valtype_delete")]
    internal static partial void DeleteValue(nint value);

    [LibraryImport(Library, EntryPoint = "wasmtime_wasm_valtype_equal")]
    internal static partial NativeBool ValuesEqual(nint left, nint right);
}
