using CsCheck;

namespace Waverless.Wasm.Modules;

public sealed class WasmBinaryTests
{
    [Theory]
    [InlineData("0061736D01000000", null)]
    [InlineData("0061736D0100000000", null)]
    [InlineData("0061736D01", "not WebAssembly")]
    [InlineData("", "not WebAssembly")]
    [InlineData("7F454C4602010100", "not WebAssembly")]
    [InlineData("0061736D0D000100", "component")]
    [InlineData("0061736D02000000", "version is 02000000; expected 01000000")]
    public void Only_the_header_of_a_core_module_passes(string bytes, string? expected)
    {
        var refusal = WasmBinary.Refuse(Convert.FromHexString(bytes));
        Assert.Equal(expected is null, refusal is null);
        Assert.Contains(expected ?? "", refusal ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_are_refused_or_begin_as_a_module_does()
    {
        Gen.Byte.Array[0, 16]
            .Sample(bytes =>
            {
                var isModule = bytes.AsSpan().StartsWith("\0asm\u0001\0\0\0"u8);
                Assert.Equal(isModule, WasmBinary.Refuse(bytes) is null);
            });
    }
}
