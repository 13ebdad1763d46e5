namespace Waverless.Wasm.Modules;

/// <summary>A value's type as far as this package tells them apart.</summary>
internal enum WasmValueKind : byte
{
    I32 = 0,
    I64 = 1,
    F32 = 2,
    F64 = 3,

    /// <summary>Vectors and references.</summary>
    Other = 255,
}
