using CsCheck;

namespace Waverless.Apps.Reading;

public sealed class SyntaxTests
{
    [Theory]
    [InlineData("0B", 0)]
    [InlineData("512B", 512)]
    [InlineData("16KiB", 16_384)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("8589934591GiB", 9_223_372_035_781_033_984)]
    public void Sizes_have_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, SizeSyntax.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("64")]
    [InlineData("MiB")]
    [InlineData("64 MiB")]
    [InlineData("64mib")]
    [InlineData("64MB")]
    [InlineData("1.5MiB")]
    [InlineData("-1B")]
    [InlineData("+1B")]
    [InlineData("1_000B")]
    [InlineData("8589934592GiB")]
    [InlineData("99999999999999999999B")]
    public void Anything_else_is_not_a_size(string text) => Assert.Null(SizeSyntax.Parse(text));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    public void Durations_have_a_unit(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationSyntax.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("30 s")]
    [InlineData("30S")]
    [InlineData("1m30s")]
    [InlineData("1us")]
    [InlineData("-1s")]
    [InlineData("99999999999d")]
    public void Anything_else_is_not_a_duration(string text) =>
        Assert.Null(DurationSyntax.Parse(text));

    [Fact]
    public void What_is_written_is_read_back()
    {
        Gen.Long[0, long.MaxValue]
            .Sample(bytes => Assert.Equal(bytes, SizeSyntax.Parse(SizeSyntax.Format(bytes))));
        Gen.Long[0, long.MaxValue / TimeSpan.TicksPerMillisecond]
            .Sample(ms =>
            {
                var duration = TimeSpan.FromTicks(ms * TimeSpan.TicksPerMillisecond);
                Assert.Equal(duration, DurationSyntax.Parse(DurationSyntax.Format(duration)));
            });
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("example.org")]
    [InlineData("*.example.org")]
    [InlineData("example.org:8443")]
    [InlineData("10.0.0.1:80")]
    [InlineData("my_host-1")]
    public void A_host_may_have_a_wildcard_in_front_and_a_port(string text) =>
        Assert.Null(HostSyntax.Refuse(text));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.b")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a b")]
    [InlineData("a:")]
    [InlineData("a:x")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("https://a")]
    [InlineData("a/b")]
    [InlineData("user@a")]
    public void Anything_else_is_not_a_host(string text) => Assert.NotNull(HostSyntax.Refuse(text));

    [Fact]
    public void The_parts_of_a_host_are_bounded()
    {
        Assert.Null(HostSyntax.Refuse(new string('a', 63)));
        Assert.NotNull(HostSyntax.Refuse(new string('a', 64)));
        var label = new string('a', 62);
        Assert.Null(HostSyntax.Refuse(string.Join('.', label, label, label, label)));
        Assert.NotNull(HostSyntax.Refuse(string.Join('.', label, label, label, label, "aa")));
    }

    [Theory]
    [InlineData("rpc", "rpc")]
    [InlineData("rcp", "rpc")]
    [InlineData("limit", "limits")]
    [InlineData("limts", "limits")]
    [InlineData("Limits", "limits")]
    [InlineData("lmits", "limits")]
    [InlineData("timers", "timer")]
    [InlineData("http_get", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("limitslimitslimitslimitslimitslimits", null)]
    public void A_misspelled_word_has_a_near_one(string word, string? near) =>
        Assert.Equal(near, Suggestion.For(word, ["rpc", "limits", "timer", "kvs"]));
}
