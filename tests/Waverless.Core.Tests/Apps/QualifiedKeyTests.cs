using System.Text;

namespace Waverless.Apps;

public sealed class QualifiedKeyTests
{
    [Theory]
    [InlineData("count", "", "count")]
    [InlineData("", "", "")]
    [InlineData("a@b/c", "", "a@b/c")]
    [InlineData("@app/key", "app", "key")]
    [InlineData("@app/", "app", "")]
    [InlineData("@app/a/b", "app", "a/b")]
    public void A_key_is_parted_into_app_and_key(string key, string app, string rest)
    {
        Assert.True(QualifiedKey.TrySplit(Encoding.UTF8.GetBytes(key), out var found, out var own));
        Assert.Equal(app, Encoding.UTF8.GetString(found));
        Assert.Equal(rest, Encoding.UTF8.GetString(own));
    }

    [Theory]
    [InlineData("@")]
    [InlineData("@app")]
    [InlineData("@/key")]
    public void A_key_that_names_no_app_is_not_parted(string key) =>
        Assert.False(QualifiedKey.TrySplit(Encoding.UTF8.GetBytes(key), out _, out _));

    [Fact]
    public void Keys_in_messages_are_short_and_printable()
    {
        Assert.Equal("'a\uFFFDb'", KeyText.Show("a\nb"u8));
        Assert.Equal("'\uFFFD'", KeyText.Show([0xFF]));
        Assert.Equal("''", KeyText.Show([]));
        Assert.Equal(
            $"'{new string('a', 80)}...'",
            KeyText.Show(Enumerable.Repeat((byte)'a', 99).ToArray())
        );
    }
}
