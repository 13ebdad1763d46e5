using System.Collections.Immutable;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>What a compiled module imports and exports.</summary>
internal sealed record ModuleShape(
    ImmutableArray<ModuleImport> Imports,
    ImmutableArray<ModuleExport> Exports
)
{
    internal ModuleExport? Find(string name) =>
        Exports.FirstOrDefault(export => export.Name == name);

    internal ModuleExport? FindFunction(string name) =>
        Find(name) is { Kind: ExternTypeKind.Function } export ? export : null;

    internal ModuleExport? FindMemory(string name) =>
        Find(name) is { Kind: ExternTypeKind.Memory } export ? export : null;
}
