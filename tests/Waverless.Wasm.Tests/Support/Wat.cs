using System.Text;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Support;

/// <summary>Assembles WebAssembly text, so that each test shows its guest.</summary>
internal static unsafe class Wat
{
    internal static byte[] Assemble(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        ByteVector wasm;
        fixed (byte* from = bytes)
        {
            NativeWasmException.ThrowIfError(
                ModuleNative.TextToBinary(from, (nuint)bytes.Length, &wasm)
            );
        }

        var assembled = wasm.Span.ToArray();
        ByteVector.Delete(&wasm);
        return assembled;
    }
}
