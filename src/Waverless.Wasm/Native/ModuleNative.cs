using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasmtime/module.h</c> and <c>wasmtime/wat.h</c>.</summary>
internal static unsafe partial class ModuleNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasmtime_module_new")]
    internal static partial nint New(nint engine, byte* wasm, nuint length, nint* module);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_delete")]
    internal static partial void Delete(nint module);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_serialize")]
    internal static partial nint Serialize(nint module, ByteVector* into);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_deserialize")]
    internal static partial nint Deserialize(nint engine, byte* bytes, nuint length, nint* module);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_imports")]
    internal static partial void Imports(nint module, PointerVector* into);

    [LibraryImport(Library, EntryPoint = "wasmtime_module_exports")]
    internal static partial void Exports(nint module, PointerVector* into);

    [LibraryImport(Library, EntryPoint = "wasmtime_wat2wasm")]
    internal static partial nint TextToBinary(byte* text, nuint length, ByteVector* into);
}
