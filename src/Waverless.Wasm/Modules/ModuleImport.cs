using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>Something that a module wants from its host.</summary>
/// <param name="Module">The namespace, such as <c>env</c>.</param>
/// <param name="Name">The name within it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Signature">Of a function; else null.</param>
internal sealed record ModuleImport(
    string Module,
    string Name,
    ExternTypeKind Kind,
    FunctionSignature? Signature
)
{
    public override string ToString() => $"{Module}.{Name}";
}
