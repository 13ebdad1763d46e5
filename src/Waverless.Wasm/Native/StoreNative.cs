using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>Imports of <c>wasmtime/store.h</c>.</summary>
internal static unsafe partial class StoreNative
{
    private const string Library = NativeLibraryName.Wasmtime;

    [LibraryImport(Library, EntryPoint = "wasmtime_store_new")]
    internal static partial nint New(nint engine, nint state, nint finalizer);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_delete")]
    internal static partial void Delete(nint store);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_context")]
    internal static partial nint Context(nint store);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_limiter")]
    internal static partial void Limit(
        nint store,
        long memoryBytes,
        long tableElements,
        long instances,
        long tables,
        long memories
    );

    [LibraryImport(Library, EntryPoint = "wasmtime_context_get_data")]
    internal static partial nint State(nint context);

    [LibraryImport(Library, EntryPoint = "wasmtime_context_set_epoch_deadline")]
    internal static partial void SetEpochDeadline(nint context, ulong ticksBeyondCurrent);

    [LibraryImport(Library, EntryPoint = "wasmtime_store_epoch_deadline_callback")]
    internal static partial void OnEpochDeadline(
        nint store,
        delegate* unmanaged<nint, nint, ulong*, byte*, nint> callback,
        nint state,
        nint finalizer
    );
}
