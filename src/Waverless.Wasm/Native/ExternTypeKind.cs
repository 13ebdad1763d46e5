namespace Waverless.Wasm.Native;

/// <summary>What a <c>wasm_externtype_t</c> describes.</summary>
internal enum ExternTypeKind : byte
{
    Function = 0,
    Global = 1,
    Table = 2,
    Memory = 3,
    Tag = 4,
}
