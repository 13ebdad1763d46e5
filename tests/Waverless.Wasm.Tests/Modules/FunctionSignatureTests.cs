namespace Waverless.Wasm.Modules;

public sealed class FunctionSignatureTests
{
    [Theory]
    [InlineData(":", "()")]
    [InlineData("i:", "(i32)")]
    [InlineData("iI:i", "(i32, i64) -> i32")]
    [InlineData(":iI", "() -> (i32, i64)")]
    public void A_signature_reads_as_in_the_text_format(string text, string expected)
    {
        Assert.Equal(expected, FunctionSignature.Parse(text).ToString());
    }

    [Theory]
    [InlineData("ii:", "ii:", true)]
    [InlineData("ii:", "ii:i", false)]
    [InlineData("ii:", "iI:", false)]
    [InlineData("i:", "ii:", false)]
    public void Signatures_are_equal_by_their_types(string left, string right, bool equal)
    {
        Assert.Equal(equal, FunctionSignature.Parse(left) == FunctionSignature.Parse(right));
    }
}
