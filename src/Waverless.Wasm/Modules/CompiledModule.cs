using Microsoft.Win32.SafeHandles;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>
/// Machine code of one module, owned. Thread-safe; it outlives no use of its pointer.
/// </summary>
internal sealed unsafe class CompiledModule : SafeHandleZeroOrMinusOneIsInvalid
{
    private ModuleShape? _shape;

    private CompiledModule(nint module, ModuleShape? shape)
        : base(ownsHandle: true)
    {
        SetHandle(module);
        _shape = shape;
    }

    internal nint Pointer => handle;

    internal ModuleShape Shape => _shape ??= ModuleShapeReader.Read(handle);

    /// <summary>Compiles WebAssembly.</summary>
    /// <exception cref="NativeWasmException">The bytes are not a valid module.</exception>
    internal static CompiledModule Compile(WasmEngine engine, ReadOnlySpan<byte> wasm)
    {
        nint module = 0;
        fixed (byte* bytes = wasm)
        {
            NativeWasmException.ThrowIfError(
                ModuleNative.New(engine.Pointer, bytes, (nuint)wasm.Length, &module)
            );
        }

        return new CompiledModule(module, shape: null);
    }

    /// <summary>Loads machine code. It runs as it is: only ever pass bytes that we wrote.</summary>
    /// <param name="engine">The engine that compiled it, or one like it.</param>
    /// <param name="code">The machine code.</param>
    /// <param name="shape">The module's shape, as it was when it was compiled.</param>
    /// <exception cref="NativeWasmException">
    /// Another version or configuration wrote them.
    /// </exception>
    internal static CompiledModule Load(
        WasmEngine engine,
        ReadOnlySpan<byte> code,
        ModuleShape shape
    )
    {
        nint module = 0;
        fixed (byte* bytes = code)
        {
            NativeWasmException.ThrowIfError(
                ModuleNative.Deserialize(engine.Pointer, bytes, (nuint)code.Length, &module)
            );
        }

        return new CompiledModule(module, shape);
    }

    /// <summary>Hands the machine code to <paramref name="use"/>.</summary>
    internal void Serialize(SpanUse use)
    {
        ByteVector code;
        NativeWasmException.ThrowIfError(ModuleNative.Serialize(handle, &code));
        try
        {
            use(code.Span);
        }
        finally
        {
            ByteVector.Delete(&code);
        }
    }

    protected override bool ReleaseHandle()
    {
        ModuleNative.Delete(handle);
        return true;
    }

    /// <summary>Uses bytes that are gone afterwards.</summary>
    internal delegate void SpanUse(ReadOnlySpan<byte> bytes);
}
