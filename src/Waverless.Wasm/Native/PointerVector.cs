using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary>
/// A C API vector whose elements are pointers: import types, export types, value types.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PointerVector
{
    internal nuint Size;
    internal nint* Items;

    internal readonly ReadOnlySpan<nint> Span => new(Items, checked((int)Size));
}
