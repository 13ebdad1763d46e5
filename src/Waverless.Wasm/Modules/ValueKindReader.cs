using System.Collections.Immutable;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>
/// Tells value types apart by comparing them with known ones: the C API's own
/// <c>wasm_valtype_kind</c> aborts the process for vectors and for most references.
/// </summary>
internal sealed unsafe class ValueKindReader : IDisposable
{
    private readonly nint[] _known =
    [
        TypeNative.NewValue((byte)WasmValueKind.I32),
        TypeNative.NewValue((byte)WasmValueKind.I64),
        TypeNative.NewValue((byte)WasmValueKind.F32),
        TypeNative.NewValue((byte)WasmValueKind.F64),
    ];

    /// <summary>The signature of a function's type; null for any other type.</summary>
    internal FunctionSignature? Signature(nint type)
    {
        if (TypeNative.Kind(type) != ExternTypeKind.Function)
        {
            return null;
        }

        var function = TypeNative.AsFunction(type);
        return new FunctionSignature(
            Kinds(TypeNative.Parameters(function)),
            Kinds(TypeNative.Results(function))
        );
    }

    public void Dispose()
    {
        foreach (var value in _known)
        {
            TypeNative.DeleteValue(value);
        }
    }

    private ImmutableArray<WasmValueKind> Kinds(PointerVector* types)
    {
        var kinds = ImmutableArray.CreateBuilder<WasmValueKind>((int)types->Size);
        foreach (var type in types->Span)
        {
            kinds.Add(Kind(type));
        }

        return kinds.MoveToImmutable();
    }

    private WasmValueKind Kind(nint type)
    {
        for (var index = 0; index < _known.Length; index++)
        {
            if (TypeNative.ValuesEqual(type, _known[index]) == NativeBool.True)
            {
                return (WasmValueKind)index;
            }
        }

        return WasmValueKind.Other;
    }
}
