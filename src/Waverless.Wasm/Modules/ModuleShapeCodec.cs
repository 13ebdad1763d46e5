using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>
/// A module's shape as bytes, kept beside its compiled code: asking the code costs a native call
/// for each name and each type. Numbers are little-endian; texts and lists follow their length.
/// </summary>
internal static class ModuleShapeCodec
{
    private const byte NoSignature = 0;
    private const byte WithSignature = 1;

    internal static byte[] Write(ModuleShape shape)
    {
        using var bytes = new MemoryStream();
        using var into = new BinaryWriter(bytes);
        into.Write(shape.Imports.Length);
        foreach (var import in shape.Imports)
        {
            WriteText(into, import.Module);
            WriteText(into, import.Name);
            into.Write((byte)import.Kind);
            WriteSignature(into, import.Signature);
        }

        into.Write(shape.Exports.Length);
        foreach (var export in shape.Exports)
        {
            WriteText(into, export.Name);
            into.Write((byte)export.Kind);
            WriteSignature(into, export.Signature);
            into.Write(export.MemoryBytes);
        }

        into.Flush();
        return bytes.ToArray();
    }

    /// <summary>The shape; null: the bytes are not one.</summary>
    internal static ModuleShape? Read(ReadOnlySpan<byte> bytes)
    {
        var from = new Reader(bytes);
        var imports = ImmutableArray.CreateBuilder<ModuleImport>();
        for (var left = from.Count(); left > 0; left--)
        {
            imports.Add(new(from.Text(), from.Text(), from.Kind(), from.Signature()));
        }

        var exports = ImmutableArray.CreateBuilder<ModuleExport>();
        for (var left = from.Count(); left > 0; left--)
        {
            exports.Add(new(from.Text(), from.Kind(), from.Signature(), from.Number()));
        }

        return from.IsWhole
            ? new ModuleShape(imports.DrainToImmutable(), exports.DrainToImmutable())
            : null;
    }

    private static void WriteText(BinaryWriter into, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        into.Write(utf8.Length);
        into.Write(utf8);
    }

    private static void WriteSignature(BinaryWriter into, FunctionSignature? signature)
    {
        into.Write(signature is null ? NoSignature : WithSignature);
        if (signature is not null)
        {
            WriteKinds(into, signature.Parameters);
            WriteKinds(into, signature.Results);
        }
    }

    private static void WriteKinds(BinaryWriter into, ImmutableArray<WasmValueKind> kinds)
    {
        into.Write(kinds.Length);
        foreach (var kind in kinds)
        {
            into.Write((byte)kind);
        }
    }

    /// <summary>Reads until the bytes end or make no sense; then everything is empty.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;
        private bool _failed;

        /// <summary>Whether everything was there and nothing is left.</summary>
        internal readonly bool IsWhole => !_failed && _rest.IsEmpty;

        /// <summary>How many follow; each takes at least a byte.</summary>
        internal int Count()
        {
            var bytes = Take(sizeof(int));
            var count = bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
            if ((uint)count <= (uint)_rest.Length)
            {
                return count;
            }

            Fail();
            return 0;
        }

        internal string Text() => Encoding.UTF8.GetString(Take(Count()));

        internal ExternTypeKind Kind() => (ExternTypeKind)Byte();

        internal ulong Number()
        {
            var bytes = Take(sizeof(ulong));
            return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        }

        internal FunctionSignature? Signature() =>
            Byte() == WithSignature ? new FunctionSignature(Kinds(), Kinds()) : null;

        private ImmutableArray<WasmValueKind> Kinds()
        {
            var bytes = Take(Count());
            var kinds = ImmutableArray.CreateBuilder<WasmValueKind>(bytes.Length);
            foreach (var kind in bytes)
            {
                kinds.Add((WasmValueKind)kind);
            }

            return kinds.MoveToImmutable();
        }

        private byte Byte()
        {
            var bytes = Take(1);
            return bytes.IsEmpty ? (byte)0 : bytes[0];
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (_rest.Length < count)
            {
                Fail();
                return [];
            }

            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        private void Fail()
        {
            _failed = true;
            _rest = [];
        }
    }
}
