using System.Text;
using Microsoft.Win32.SafeHandles;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Host;
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
        var linker = LinkerNative.New(engine.Pointer);
        try
        {
            foreach (var import in module.Shape.Imports.Distinct())
            {
                Define(linker, HostFunctions.Find(import.Module, import.Name)!.Value);
            }

            nint prelinked = 0;
            NativeWasmException.ThrowIfError(
                LinkerNative.Prelink(linker, module.Pointer, &prelinked)
            );
            return new PrelinkedModule(prelinked);
        }
        finally
        {
            LinkerNative.Delete(linker);
        }
    }

    protected override bool ReleaseHandle()
    {
        LinkerNative.DeletePrelinked(handle);
        return true;
    }

    private static void Define(nint linker, int index)
    {
        var function = HostFunctions.All[index];
        var (space, name) = (
            Encoding.UTF8.GetBytes(function.Module),
            Encoding.UTF8.GetBytes(function.Name)
        );
        var type = NewType(function.Signature);
        nint error;
        fixed (byte* spaceBytes = space)
        fixed (byte* nameBytes = name)
        {
            error = LinkerNative.DefineFunction(
                linker,
                spaceBytes,
                (nuint)space.Length,
                nameBytes,
                (nuint)name.Length,
                type,
                &HostEntry.Call,
                index,
                0
            );
        }

        TypeNative.DeleteFunction(type);
        NativeWasmException.ThrowIfError(error);
    }

    private static nint NewType(FunctionSignature signature)
    {
        PointerVector parameters;
        PointerVector results;
        Fill(&parameters, signature.Parameters.AsSpan());
        Fill(&results, signature.Results.AsSpan());
        return TypeNative.NewFunction(&parameters, &results);
    }

    private static void Fill(PointerVector* into, ReadOnlySpan<WasmValueKind> kinds)
    {
        var values = stackalloc nint[kinds.Length + 1];
        for (var index = 0; index < kinds.Length; index++)
        {
            values[index] = TypeNative.NewValue((byte)kinds[index]);
        }

        TypeNative.NewValues(into, (nuint)kinds.Length, values);
    }
}
