using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasm.h</c> and <c>wasmtime/engine.h</c> for engines.</summary>
internal static partial class EngineNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    /// <summary>Takes the config. Aborts the process if the config cannot be satisfied.</summary>
    [LibraryImport(Library, EntryPoint = "wasm_engine_new_with_config")]
    internal static partial nint New(nint config);

    [LibraryImport(Library, EntryPoint = "wasm_engine_delete")]
    internal static partial void Delete(nint engine);

    [LibraryImport(Library, EntryPoint = "wasmtime_engine_increment_epoch")]
    internal static partial void IncrementEpoch(nint engine);
}
