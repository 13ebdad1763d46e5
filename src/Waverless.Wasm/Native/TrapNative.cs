using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasmtime/trap.h</c> and <c>wasmtime/error.h</c>.</summary>
internal static unsafe partial class TrapNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasmtime_trap_new")]
    internal static partial nint New(byte* message, nuint length);

    [LibraryImport(Library, EntryPoint = "wasmtime_trap_new_code")]
    internal static partial nint NewCode(TrapCode code);

    [LibraryImport(Library, EntryPoint = "wasm_trap_delete")]
    internal static partial void Delete(nint trap);

    [LibraryImport(Library, EntryPoint = "wasmtime_trap_code")]
    internal static partial NativeBool Code(nint trap, TrapCode* code);

    [LibraryImport(Library, EntryPoint = "wasm_trap_message")]
    internal static partial void Message(nint trap, ByteVector* into);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_new")]
    internal static partial nint NewError(byte* zeroTerminatedMessage);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_message")]
    internal static partial void ErrorMessage(nint error, ByteVector* into);

    [LibraryImport(Library, EntryPoint = "wasmtime_error_delete")]
    internal static partial void DeleteError(nint error);
}
