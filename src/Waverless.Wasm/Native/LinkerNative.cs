using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasmtime/linker.h</c>.</summary>
internal static unsafe partial class LinkerNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_new")]
    internal static partial nint New(nint engine);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_delete")]
    internal static partial void Delete(nint linker);

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_define_func_unchecked")]
    internal static partial nint DefineFunction(
        nint linker,
        byte* module,
        nuint moduleLength,
        byte* name,
        nuint nameLength,
        nint type,
        delegate* unmanaged<nint, nint, RawValue*, nuint, nint> callback,
        nint environment,
        nint finalizer
    );

    [LibraryImport(Library, EntryPoint = "wasmtime_linker_instantiate_pre")]
    internal static partial nint Prelink(nint linker, nint module, nint* prelinked);

    [LibraryImport(Library, EntryPoint = "wasmtime_instance_pre_delete")]
    internal static partial void DeletePrelinked(nint prelinked);
}
