using System.Collections.Immutable;
using System.Text;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>Reads a module's imports and exports out of native memory.</summary>
internal static unsafe class ModuleShapeReader
{
    internal static ModuleShape Read(nint module)
    {
        using var kinds = new ValueKindReader();
        return new ModuleShape(ReadImports(module, kinds), ReadExports(module, kinds));
    }

    private static ImmutableArray<ModuleImport> ReadImports(nint module, ValueKindReader kinds)
    {
        PointerVector imports;
        ModuleNative.Imports(module, &imports);
        try
        {
            var read = ImmutableArray.CreateBuilder<ModuleImport>((int)imports.Size);
            foreach (var import in imports.Span)
            {
                var type = TypeNative.ImportType(import);
                read.Add(
                    new ModuleImport(
                        Text(TypeNative.ImportModule(import)),
                        Text(TypeNative.ImportName(import)),
                        TypeNative.Kind(type),
                        kinds.Signature(type)
                    )
                );
            }

            return read.MoveToImmutable();
        }
        finally
        {
            TypeNative.DeleteImports(&imports);
        }
    }

    private static ImmutableArray<ModuleExport> ReadExports(nint module, ValueKindReader kinds)
    {
        PointerVector exports;
        ModuleNative.Exports(module, &exports);
        try
        {
            var read = ImmutableArray.CreateBuilder<ModuleExport>((int)exports.Size);
            foreach (var export in exports.Span)
            {
                var type = TypeNative.ExportType(export);
                read.Add(
                    new ModuleExport(
                        Text(TypeNative.ExportName(export)),
                        TypeNative.Kind(type),
                        kinds.Signature(type),
                        MemoryBytes(type)
                    )
                );
            }

            return read.MoveToImmutable();
        }
        finally
        {
            TypeNative.DeleteExports(&exports);
        }
    }

    private static ulong MemoryBytes(nint type)
    {
        if (TypeNative.Kind(type) != ExternTypeKind.Memory)
        {
            return 0;
        }

        var memory = TypeNative.AsMemory(type);
        return TypeNative.MemoryMinimumPages(memory) * TypeNative.MemoryPageBytes(memory);
    }

    private static string Text(ByteVector* name) => Encoding.UTF8.GetString(name->Span);
}
