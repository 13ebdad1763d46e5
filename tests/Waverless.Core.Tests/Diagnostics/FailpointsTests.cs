namespace Waverless.Diagnostics;

public sealed class FailpointsTests
{
    [Fact]
    public void A_name_alone_means_the_first_time()
    {
        Assert.Equal(Failpoint.CommitWritten, Failpoints.Parse("CommitWritten", out var count));
        Assert.Equal(1, count);
    }

    [Fact]
    public void A_number_says_which_time()
    {
        Assert.Equal(Failpoint.EventRan, Failpoints.Parse("EventRan:17", out var count));
        Assert.Equal(17, count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("commitwritten")]
    [InlineData("CommitWritten:0")]
    [InlineData("CommitWritten:-1")]
    [InlineData("CommitWritten:x")]
    [InlineData("CommitWritten:")]
    [InlineData("1")]
    [InlineData("CommitWritten,EventRan")]
    public void Anything_else_arms_nothing(string? text) =>
        Assert.Null(Failpoints.Parse(text, out _));
}
