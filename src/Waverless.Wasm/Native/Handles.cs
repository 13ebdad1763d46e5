using System.Runtime.InteropServices;

namespace Waverless.Wasm.Native;

/// <summary><c>wasmtime_func_t</c>: a function of one store.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FunctionHandle
{
    internal ulong StoreId;
    internal nint Private;
}

/// <summary><c>wasmtime_memory_t</c>: a memory of one store.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct MemoryHandle
{
    [FieldOffset(0)]
    internal ulong StoreId;

    [FieldOffset(8)]
    internal uint Instance;

    [FieldOffset(16)]
    internal uint Index;
}

/// <summary><c>wasmtime_instance_t</c>: an instance of one store.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InstanceHandle
{
    internal ulong StoreId;
    internal nuint Private;
}

/// <summary><c>wasmtime_extern_t</c>: an export, by kind.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct ExternHandle
{
    [FieldOffset(0)]
    internal ExternKind Kind;

    [FieldOffset(8)]
    internal FunctionHandle Function;

    [FieldOffset(8)]
    internal MemoryHandle Memory;
}

/// <summary><c>wasmtime_val_raw_t</c>: an argument or a result of an unchecked call.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct RawValue
{
    [FieldOffset(0)]
    internal int I32;

    [FieldOffset(0)]
    internal long I64;
}
