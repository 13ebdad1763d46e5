using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>Something that a module offers to its host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Signature">Of a function; else null.</param>
/// <param name="MemoryBytes">Initial size of a memory; else 0.</param>
internal sealed record ModuleExport(
    string Name,
    ExternTypeKind Kind,
    FunctionSignature? Signature,
    ulong MemoryBytes
);
