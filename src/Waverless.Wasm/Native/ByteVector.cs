using System.Runtime.InteropServices;
using System.Text;

namespace Waverless.Wasm.Native;

/// <summary>
/// The C API's <c>wasm_byte_vec_t</c> and, with other elements, its other vectors.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe partial struct ByteVector
{
    internal nuint Size;
    internal byte* Bytes;

    internal readonly ReadOnlySpan<byte> Span => new(Bytes, checked((int)Size));

    /// <summary>Text of the vector without the terminating zero that some calls append.</summary>
    internal readonly string ToText(int lengthMax)
    {
        var text = Span;
        if (text.Length > lengthMax)
        {
            text = text[..lengthMax];
        }

        return Encoding.UTF8.GetString(text.TrimEnd((byte)0));
    }

    [LibraryImport(NativeLibraryName.Wasmtime, EntryPoint = "wasm_byte_vec_delete")]
    internal static partial void Delete(ByteVector* vector);
}
