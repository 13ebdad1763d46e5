namespace Waverless.Wasm.Modules;

/// <summary>What can be said of an artifact before it is compiled.</summary>
internal static class WasmBinary
{
    /// <summary>Largest module that is compiled, in bytes.</summary>
    internal const int BytesMax = 256 << 20;

    private static ReadOnlySpan<byte> Magic => "\0asm"u8;

    private static ReadOnlySpan<byte> CoreVersion => [1, 0, 0, 0];

    private static ReadOnlySpan<byte> ComponentLayer => [1, 0];

    /// <summary>
    /// Why these bytes are no core module; null: they look like one. Compiled code (ELF) and text
    /// are refused here, before anything interprets them.
    /// </summary>
    internal static string? Refuse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8 || !bytes.StartsWith(Magic))
        {
            return "it is not WebAssembly: expected a binary module, which starts with the bytes "
                + "00 61 73 6d 01 00 00 00.";
        }

        if (bytes[6..8].SequenceEqual(ComponentLayer))
        {
            return "it is a WebAssembly component; expected a core module (version 1).";
        }

        if (!bytes[4..8].SequenceEqual(CoreVersion))
        {
            return $"its WebAssembly version is {Convert.ToHexString(bytes[4..8])}; expected "
                + "01000000.";
        }

        return bytes.Length > BytesMax
            ? $"it has {bytes.Length} bytes; at most {BytesMax} are allowed."
            : null;
    }
}
