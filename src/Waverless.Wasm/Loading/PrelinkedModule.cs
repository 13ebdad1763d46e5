using Microsoft.Win32.SafeHandles;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Loading;

/// <summary>
/// A module with its imports already resolved and checked: instantiation is all that is left.
/// </summary>
internal sealed unsafe class PrelinkedModule : SafeHandleZeroOrMinusOneIsInvalid
{
    private PrelinkedModule(nint prelinked)
        : base(ownsHandle: true)
    {
        SetHandle(prelinked);
    }

    internal nint Pointer => handle;

    /// <summary>Links a module whose imports have been inspected.</summary>
    internal static PrelinkedModule Link(WasmEngine engine, CompiledModule module)
    {
        nint prelinked = 0;
        NativeWasmException.ThrowIfError(
            LinkerNative.Prelink(engine.Linker.Pointer, module.Pointer, &prelinked)
        );
        return new PrelinkedModule(prelinked);
    }

    protected override bool ReleaseHandle()
    {
        LinkerNative.DeletePrelinked(handle);
        return true;
    }
}
