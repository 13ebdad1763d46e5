using System.Text;

namespace Waverless.Apps;

public sealed class KeyPatternTests
{
    [Theory]
    [InlineData("chain_count", "chain_count")]
    [InlineData("a_{}_{}", "a_b_c")]
    [InlineData("xxxx_{}_{}", "xxxx_abc_123")]
    [InlineData("wordcount_slice_{}", "wordcount_slice_0")]
    [InlineData("{}", "A-9z")]
    [InlineData("{}.jpg", "cat-1.jpg")]
    [InlineData("{}jpg", "catjpg")]
    [InlineData("{}jpg", "jpgjpg")]
    [InlineData("{}aa", "aaa")]
    [InlineData("img{}", "img1")]
    [InlineData("{}x_y{}", "xx_y1")]
    [InlineData("log/{*}", "log/2026/11/a b")]
    [InlineData("{*}", "/")]
    [InlineData("{}:{*}", "a:b:c")]
    [InlineData("größe/{}", "größe/12")]
    public void The_whole_key_matches(string pattern, string key) =>
        Assert.True(KeyPattern.Parse(pattern).Matches(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("chain_count", "chain_count2")]
    [InlineData("chain_count", "chain_coun")]
    [InlineData("chain_count", "")]
    [InlineData("a_{}_{}", "a_b")]
    [InlineData("a_{}_{}", "a_b_c_d")]
    [InlineData("a_{}_{}", "a__c")]
    [InlineData("wordcount_slice_{}", "wordcount_slice_")]
    [InlineData("wordcount_slice_{}", "wordcount_slice_a_b")]
    [InlineData("{}", "")]
    [InlineData("{}", "a_b")]
    [InlineData("{}", "é")]
    [InlineData("{}jpg", "jpg")]
    [InlineData("{}aa", "aa")]
    [InlineData("log/{*}", "log/")]
    [InlineData("log/{*}", "Log/x")]
    [InlineData("{*}", "")]
    public void Anything_else_does_not_match(string pattern, string key) =>
        Assert.False(KeyPattern.Parse(pattern).Matches(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("{}{}", "more than one way")]
    [InlineData("{}x{}", "more than one way")]
    [InlineData("{}-1a{}", "more than one way")]
    [InlineData("{}{*}", "more than one way")]
    [InlineData("{}a{*}", "more than one way")]
    [InlineData("{*}/x", "before its end")]
    [InlineData("{*}{*}", "before its end")]
    [InlineData("a{", "'{'")]
    [InlineData("a}", "'}'")]
    [InlineData("{x}", "'{'")]
    [InlineData("{ }", "'{'")]
    [InlineData("{{}}", "'{'")]
    [InlineData("{**}", "'{'")]
    [InlineData("a\nb", "U+000A")]
    [InlineData("a\0b", "U+0000")]
    [InlineData("a\u0085b", "U+0085")]
    [InlineData("@other", "names no app")]
    [InlineData("@other/", "is empty")]
    [InlineData("@/x", "names the app ''")]
    [InlineData("@metrics/x", "is reserved")]
    public void A_bad_pattern_is_refused_with_its_reason(string text, string reason)
    {
        Assert.False(KeyPattern.TryParse(text, out var pattern, out var why));
        Assert.Null(pattern);
        Assert.Contains(reason, why, StringComparison.Ordinal);
        var fault = Assert.Throws<FormatException>(() => KeyPattern.Parse(text));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_is_refused()
    {
        // Not a theory: an attribute cannot carry a lone surrogate.
        Assert.False(KeyPattern.TryParse("a" + '\ud800' + "b", out _, out var reason));
        Assert.Equal("is not valid Unicode", reason);
    }

    [Fact]
    public void Length_is_bounded_in_bytes()
    {
        Assert.Equal(512, KeyPattern.LengthMax);
        Assert.True(KeyPattern.TryParse(new string('a', 512), out _, out _));
        Assert.False(KeyPattern.TryParse(new string('a', 513), out _, out var reason));
        Assert.Contains("512 bytes", reason, StringComparison.Ordinal);
        Assert.False(KeyPattern.TryParse(new string('é', 257), out _, out reason));
        Assert.Contains("512 bytes", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Placeholders_are_bounded()
    {
        var most = string.Join('_', Enumerable.Repeat("{}", KeyPattern.PlaceholdersMax));
        Assert.Equal(KeyPattern.PlaceholdersMax, KeyPattern.Parse(most).PlaceholderCount);
        Assert.False(KeyPattern.TryParse(most + "_{}", out _, out var reason));
        Assert.Contains("more than 16 placeholders", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user_{}_{}", "user_7_abc", 0, "7")]
    [InlineData("user_{}_{}", "user_7_abc", 1, "abc")]
    [InlineData("{}jpg", "jpgjpg", 0, "jpg")]
    [InlineData("t/{}/{*}", "t/acme/a/b", 0, "acme")]
    [InlineData("t/{}/{*}", "t/acme/a/b", 1, "a/b")]
    public void A_placeholders_value_is_captured(string pattern, string key, int k, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        Assert.True(KeyPattern.Parse(pattern).TryCapture(bytes, k, out var range));
        Assert.Equal(value, Encoding.UTF8.GetString(bytes[range]));
    }

    [Fact]
    public void Nothing_is_captured_from_a_key_that_does_not_match()
    {
        Assert.False(KeyPattern.Parse("user_{}").TryCapture("user_a_b"u8, 0, out _));
        var pattern = KeyPattern.Parse("user_{}");
        Assert.Throws<ArgumentOutOfRangeException>(() => pattern.TryCapture("user_a"u8, 1, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => pattern.TryCapture("user_a"u8, -1, out _));
    }

    [Fact]
    public void Another_apps_pattern_names_the_app_and_matches_its_keys()
    {
        var pattern = KeyPattern.Parse("@stock-mng/book_{}");
        Assert.Equal("stock-mng", pattern.App);
        Assert.Equal("@stock-mng/book_{}", pattern.ToString());
        Assert.True(pattern.LiteralPrefix.SequenceEqual("book_"u8));
        Assert.True(pattern.Matches("book_1"u8));
        Assert.False(pattern.Matches("@stock-mng/book_1"u8));
    }

    [Fact]
    public void Patterns_are_equal_by_text()
    {
        Assert.Equal(KeyPattern.Parse("a_{}"), KeyPattern.Parse("a_{}"));
        Assert.Equal(
            KeyPattern.Parse("a_{}").GetHashCode(),
            KeyPattern.Parse("a_{}").GetHashCode()
        );
        Assert.NotEqual(KeyPattern.Parse("a_{}"), KeyPattern.Parse("@b/a_{}"));
        Assert.False(KeyPattern.Parse("a_{}").Equals((object)"a_{}"));
    }

    [Fact]
    public void Matching_does_not_allocate()
    {
        var pattern = KeyPattern.Parse("user_{}/photo_{}jpg/{*}");
        var key = Encoding.UTF8.GetBytes("user_7/photo_abcjpg/large/1");
        Assert.True(pattern.Matches(key));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            pattern.Matches(key);
            pattern.TryCapture(key, 2, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData("a_{}", "a_b", true)]
    [InlineData("a_{}", "a_b_c", false)]
    [InlineData("a_{}", "{}_b", true)]
    [InlineData("a_{}", "{}_{}", true)]
    [InlineData("a_{}", "{}.{}", false)]
    [InlineData("{}a", "{}b", false)]
    [InlineData("{}a", "b{}", true)]
    [InlineData("a{}", "aa", true)]
    [InlineData("a{}", "a", false)]
    [InlineData("{*}", "x", true)]
    [InlineData("log/{*}", "log/", false)]
    [InlineData("log/{*}", "{}/x_{}", true)]
    [InlineData("log/{*}", "logs/{*}", false)]
    [InlineData("é{}", "{}é", false)]
    public void Two_patterns_have_a_key_in_common_or_not(string left, string right, bool common)
    {
        Assert.Equal(common, KeyPattern.Parse(left).Intersects(KeyPattern.Parse(right)));
        Assert.Equal(common, KeyPattern.Parse(right).Intersects(KeyPattern.Parse(left)));
    }

    [Fact]
    public void The_longest_patterns_are_compared_within_bounds()
    {
        var left = KeyPattern.Parse(new string('a', 508) + "{}");
        var right = KeyPattern.Parse("{}" + new string('a', 509));
        Assert.True(left.Intersects(right));
    }
}
