namespace Waverless.Wasm.Native;

/// <summary>What a <c>wasmtime_extern_t</c> holds.</summary>
internal enum ExternKind : byte
{
    Function = 0,
    Global = 1,
    Table = 2,
    Memory = 3,
    SharedMemory = 4,
    Tag = 5,
}
