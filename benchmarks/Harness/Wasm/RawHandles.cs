using System.Runtime.InteropServices;

namespace Harness.Wasm;

/// <summary>A vector of the C API.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RawVector
{
    internal nuint Size;
    internal byte* Items;
}

/// <summary><c>wasmtime_instance_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RawInstance
{
    internal ulong Store;
    internal nuint Private;
}

/// <summary><c>wasmtime_func_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RawFunction
{
    internal ulong Store;
    internal nint Private;
}

/// <summary><c>wasmtime_memory_t</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct RawMemory
{
    [FieldOffset(0)]
    internal ulong Store;

    [FieldOffset(8)]
    internal uint Instance;

    [FieldOffset(16)]
    internal uint Index;
}

/// <summary><c>wasmtime_extern_t</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct RawExtern
{
    [FieldOffset(0)]
    internal byte Kind;

    [FieldOffset(8)]
    internal RawFunction Function;

    [FieldOffset(8)]
    internal RawMemory Memory;
}

/// <summary>What the host function finds through its store, on the caller's stack.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RawCall
{
    internal nint Context;
    internal RawMemory Memory;
    internal byte* Into;
    internal int Room;
    internal int Length;
}
