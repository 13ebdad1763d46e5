using System.Text;
using CsCheck;

namespace Waverless.Scheduling;

public sealed class FrozenHashTests
{
    // Published in docs/scheduling.md and computed by an independent implementation.
    [Theory]
    [InlineData("", 0xC3817C016BA4FF30)]
    [InlineData("a", 0x5F29C2AADD9B8527)]
    [InlineData("hello/greet", 0x4180CFDB09BD7B6D)]
    [InlineData("wörter/zählen", 0x246CE38CE6D10594)]
    [InlineData("分/析", 0x6B1B71C87507A164)]
    public void The_published_vectors_hold(string text, ulong expected)
    {
        Assert.Equal(expected, FrozenHash.Of(text));
        Assert.Equal(expected, FrozenHash.Of(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void An_address_in_two_parts_has_the_hash_of_its_text() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                (app, function) =>
                    Assert.Equal(FrozenHash.Of($"{app}/{function}"), FrozenHash.Of(app, function))
            );

    [Fact]
    public void Different_numbers_have_different_hashes()
    {
        var seen = new HashSet<ulong>();
        for (var i = 0UL; i < 100_000; i++)
        {
            Assert.True(seen.Add(FrozenHash.Mix(i)));
        }
    }
}
