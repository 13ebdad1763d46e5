using Waverless.Generators.Reading;

namespace Waverless.Generators;

public sealed class NameTests
{
    [Theory]
    [InlineData("PlaceOrderAsync", "place_order")]
    [InlineData("Bill", "bill")]
    [InlineData("Async", "async")]
    [InlineData("SendHTTPMail", "send_http_mail")]
    [InlineData("Step2Done", "step2_done")]
    [InlineData("split_File", "split_file")]
    [InlineData("X", "x")]
    [InlineData("IO", "io")]
    public void Functions_are_named_after_their_methods(string method, string function) =>
        Assert.Equal(function, FunctionName.Of(method));
}
