using Waverless.Wasm.Native;

namespace Waverless.Wasm.Engine;

public sealed class NativeFailureTests
{
    [Theory]
    [InlineData("one line", "one line", "one line")]
    [InlineData("outer\n\nCaused by:\n    inner", "outer", "inner")]
    [InlineData("outer\n\nCaused by:\n    0: middle\n    1: inner: deep", "outer", "inner: deep")]
    [InlineData("", "", "")]
    public void Headline_and_cause_are_the_ends_of_the_chain(
        string message,
        string headline,
        string cause
    )
    {
        var failure = new NativeFailure(TrapCode.None, message);
        Assert.Equal((headline, cause), (failure.Headline, failure.Cause));
    }

    [Fact]
    public void Every_trap_has_words_of_its_own()
    {
        var causes = Enum.GetValues<TrapCode>()
            .Where(code => code != TrapCode.None)
            .Select(code => new NativeFailure(code, "unused").Cause)
            .ToList();
        Assert.Equal(causes.Count, causes.Distinct().Count());
        Assert.DoesNotContain("unused", causes);
    }
}
