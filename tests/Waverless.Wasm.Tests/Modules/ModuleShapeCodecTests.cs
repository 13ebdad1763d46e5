using CsCheck;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

public sealed class ModuleShapeCodecTests
{
    private static readonly Gen<WasmValueKind> Kinds = Gen.Int[0, 4]
        .Select(kind => kind == 4 ? WasmValueKind.Other : (WasmValueKind)kind);

    private static readonly Gen<FunctionSignature> Signatures =
        from parameters in Kinds.Array[0, 4]
        from results in Kinds.Array[0, 2]
        select new FunctionSignature([.. parameters], [.. results]);

    private static readonly Gen<ExternTypeKind> Externs = Gen.Int[0, 4]
        .Select(kind => (ExternTypeKind)kind);

    private static readonly Gen<ModuleImport> Imports =
        from space in Gen.String[0, 8]
        from name in Gen.String[0, 8]
        from kind in Externs
        from signature in Signatures
        select new ModuleImport(space, name, kind, IfFunction(kind, signature));

    private static readonly Gen<ModuleExport> Exports =
        from name in Gen.String[0, 8]
        from kind in Externs
        from signature in Signatures
        from bytes in Gen.ULong
        select new ModuleExport(name, kind, IfFunction(kind, signature), bytes);

    private static readonly Gen<ModuleShape> Shapes =
        from imports in Imports.Array[0, 5]
        from exports in Exports.Array[0, 5]
        select new ModuleShape([.. imports], [.. exports]);

    [Fact]
    public void What_is_written_is_read() =>
        Shapes.Sample(shape =>
        {
            var read = ModuleShapeCodec.Read(ModuleShapeCodec.Write(shape));
            Assert.NotNull(read);
            Assert.Equal(shape.Imports, read.Imports);
            Assert.Equal(shape.Exports, read.Exports);
        });

    [Fact]
    public void What_is_cut_short_or_too_long_is_no_shape() =>
        Gen.Select(Shapes, Gen.Int[1, 8])
            .Sample(
                (shape, bytes) =>
                {
                    var whole = ModuleShapeCodec.Write(shape);
                    Assert.Null(ModuleShapeCodec.Read(whole.AsSpan(0, whole.Length - bytes)));
                    Assert.Null(ModuleShapeCodec.Read([.. whole, .. new byte[bytes]]));
                }
            );

    [Fact]
    public void Any_bytes_are_a_shape_or_none() =>
        Gen
            .Byte.Array[0, 64]
            .Sample(bytes =>
            {
                var read = ModuleShapeCodec.Read(bytes);
                Assert.True(read is null || read.Exports.Length <= bytes.Length);
            });

    private static FunctionSignature? IfFunction(ExternTypeKind kind, FunctionSignature of) =>
        kind == ExternTypeKind.Function ? of : null;
}
