namespace Waverless.Wasm.Native;

/// <summary>C's one-byte <c>bool</c>, which crosses without marshalling.</summary>
internal enum NativeBool : byte
{
    False = 0,
    True = 1,
}
