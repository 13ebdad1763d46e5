using System.Text;
using CsCheck;

namespace Waverless.Runtime.Managed;

public sealed class KeyTemplateTests
{
    private static KeyTemplate Parse(string text)
    {
        Assert.True(KeyTemplate.TryParse(text, out var template, out var reason), reason);
        return template;
    }

    private static string? Read(string template, string key, string name) =>
        Parse(template).TryRead(Encoding.UTF8.GetBytes(key), name, out var part)
            ? Encoding.UTF8.GetString(part)
            : null;

    [Theory]
    [InlineData("orders_{id}", "orders_{}")]
    [InlineData("{a}/{b}/{*c}", "{}/{}/{*}")]
    [InlineData("{}_{name}", "{}_{}")]
    [InlineData("@other/k_{id}", "@other/k_{}")]
    [InlineData("plain", "plain")]
    [InlineData("k_{größe_2}", "k_{}")]
    public void Names_go_and_placeholders_stay(string template, string pattern) =>
        Assert.Equal(pattern, Parse(template).Pattern.Text);

    [Theory]
    [InlineData("a_{1}", "'1', which is not a name")]
    [InlineData("a_{a-b}", "'a-b', which is not a name")]
    [InlineData("a_{x}_{x}", "'x' twice")]
    [InlineData("a_{x}{y}", "more than one way")]
    [InlineData("a_{*x}_b", "before its end")]
    [InlineData("a_{x", "not part of")]
    [InlineData("a_}", "not part of")]
    [InlineData("{{x}}", "'{x', which is not a name")]
    [InlineData("", "is empty")]
    public void What_is_wrong_is_said(string template, string expected)
    {
        Assert.False(KeyTemplate.TryParse(template, out _, out var reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders_{id}", "orders_7", "id", "7")]
    [InlineData("{}_{b}", "x_y", "b", "y")]
    [InlineData("f/{*path}", "f/a/b_c", "path", "a/b_c")]
    [InlineData("orders_{id}", "orders_7", "ID", null)]
    [InlineData("orders_{id}", "bills_7", "id", null)]
    [InlineData("@shop/k_{id}", "@shop/k_7", "id", "7")]
    [InlineData("@shop/k_{id}", "@other/k_7", "id", null)]
    [InlineData("@shop/k_{id}", "k_7", "id", null)]
    public void A_part_is_found_by_its_name(
        string template,
        string key,
        string name,
        string? part
    ) => Assert.Equal(part, Read(template, key, name));

    [Fact]
    public void What_fills_the_placeholders_is_read_back()
    {
        var part = Gen.String[Gen.Char["abcXYZ019-"], 1, 12];
        Gen.Select(part, part, Gen.String[Gen.Char["ab/_-é"], 1, 12])
            .Sample(
                (a, b, rest) =>
                {
                    const string Template = "k.{first}_{second}/{*rest}";
                    var key = $"k.{a}_{b}/{rest}";
                    return Read(Template, key, "first") == a
                        && Read(Template, key, "second") == b
                        && Read(Template, key, "rest") == rest;
                }
            );
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_reason() =>
        Gen.String[Gen.Char["{}*ab_1@/ "], 0, 20]
            .Sample(text =>
                KeyTemplate.TryParse(text, out _, out var reason)
                    ? reason is null
                    : reason.Length > 0
            );
}
