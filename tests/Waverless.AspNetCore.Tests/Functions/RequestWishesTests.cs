using Microsoft.AspNetCore.Http;

namespace Waverless.AspNetCore.Functions;

public sealed class RequestWishesTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("abc", "abc")]
    [InlineData("\"abc\"", "abc")]
    [InlineData("\"", "\"")]
    [InlineData("\"\"", "")]
    [InlineData("\"abc", "\"abc")]
    public void A_key_is_taken_without_the_marks_around_it(string? header, string? key)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Append("Prefer", "handling=lenient");
        if (header is not null)
        {
            request.Headers.Append("Idempotency-Key", header);
        }

        Assert.True(RequestWishes.TryRead(request, out var wishes));
        Assert.Equal(key, wishes.IdempotencyKey);
        Assert.False(wishes.RespondAsync);
    }

    [Theory]
    [InlineData("respond-async", true)]
    [InlineData("Respond-Async", true)]
    [InlineData("wait=10, respond-async", true)]
    [InlineData("respond-async; foo=bar", true)]
    [InlineData("respond-async-not", false)]
    [InlineData("", false)]
    [InlineData(",;,", false)]
    public void A_preference_is_found_among_others(string header, bool asked)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Append("Prefer", header);

        Assert.True(RequestWishes.TryRead(request, out var wishes));
        Assert.Equal(asked, wishes.RespondAsync);
        Assert.Null(wishes.IdempotencyKey);
    }

    [Fact]
    public void Preferences_may_stand_in_several_lines_but_keys_may_not()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Append("Prefer", "wait=10");
        request.Headers.Append("Prefer", "respond-async");
        Assert.True(RequestWishes.TryRead(request, out var wishes));
        Assert.True(wishes.RespondAsync);

        request.Headers.Append("Idempotency-Key", "a");
        request.Headers.Append("Idempotency-Key", "b");
        Assert.False(RequestWishes.TryRead(request, out _));
    }

    [Fact]
    public void Without_such_headers_nothing_is_wished()
    {
        Assert.True(RequestWishes.TryRead(new DefaultHttpContext().Request, out var wishes));
        Assert.Equal(default, wishes);
    }
}
