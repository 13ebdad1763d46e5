using System.Text;
using Microsoft.Win32.SafeHandles;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Host;

/// <summary>
/// Every host function, defined once for an engine. A module links with those that it imports, so
/// one linker serves them all. Immutable once made; thread-safe.
/// </summary>
internal sealed unsafe class HostLinker : SafeHandleZeroOrMinusOneIsInvalid
{
    private HostLinker(nint linker)
        : base(ownsHandle: true)
    {
        SetHandle(linker);
    }

    internal nint Pointer => handle;

    internal static HostLinker Create(nint engine)
    {
        var linker = new HostLinker(LinkerNative.New(engine));
        for (var index = 0; index < HostFunctions.All.Length; index++)
        {
            Define(linker.handle, index);
        }

        return linker;
    }

    protected override bool ReleaseHandle()
    {
        LinkerNative.Delete(handle);
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
