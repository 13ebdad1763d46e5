namespace Waverless.Apps;

public sealed class FunctionAddressTests
{
    [Theory]
    [InlineData("hello/greet", "hello", "greet")]
    [InlineData(
        "stock-mng/StockMngFacade.queryProductPrice",
        "stock-mng",
        "StockMngFacade.queryProductPrice"
    )]
    [InlineData("a/_private", "a", "_private")]
    public void An_address_is_read_and_written_alike(string text, string app, string function)
    {
        Assert.True(FunctionAddress.TryParse(text, out var address));
        Assert.Equal(new FunctionAddress(app, function), address);
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, FunctionAddress.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("/greet")]
    [InlineData("hello/")]
    [InlineData("hello/a/b")]
    [InlineData("metrics/greet")]
    [InlineData("hel lo/greet")]
    [InlineData("hello/gréet")]
    public void What_is_not_an_address_is_refused(string? text)
    {
        Assert.False(FunctionAddress.TryParse(text, out var address));
        Assert.Equal(default, address);
    }

    [Fact]
    public void A_refused_address_is_named_with_what_was_expected()
    {
        var fault = Assert.Throws<FormatException>(() => FunctionAddress.Parse("hello"));
        Assert.Contains("'hello'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("app/function", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("appmgmt")]
    [InlineData("upload_data")]
    [InlineData("_waverless")]
    [InlineData("metrics")]
    [InlineData("health")]
    [InlineData("Health")]
    public void The_platforms_own_names_are_reserved_in_any_case(string name) =>
        Assert.Equal("is reserved", NameRules.RefuseApp(name));

    [Theory]
    [InlineData("")]
    [InlineData("_x")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\0")]
    public void Names_that_would_trouble_urls_and_files_are_refused(string name) =>
        Assert.NotNull(NameRules.RefuseApp(name));

    [Fact]
    public void The_longest_name_is_legal_and_a_longer_one_is_not()
    {
        Assert.Null(NameRules.RefuseApp(new string('a', NameRules.LengthMax)));
        Assert.NotNull(NameRules.RefuseApp(new string('a', NameRules.LengthMax + 1)));
    }
}
