using Waverless.SampleProcesses;

namespace Waverless.Samples;

public sealed class QuickStartArgumentTests
{
    [Theory]
    [InlineData("'--nonsense' is not an option.", "--nonsense")]
    [InlineData("'file.txt' is not an option.", "file.txt")]
    [InlineData("--data needs a value.", "--data")]
    [InlineData("--urls needs a value.", "--urls", "--check")]
    [InlineData("--check takes no value, but 'yes' was given.", "--check=yes")]
    [InlineData("--words is '0'; expected MiB, a whole number from 1 to 1024.", "--words", "0")]
    [InlineData("--words is 'many'; expected MiB", "--words=many")]
    [InlineData("--urls is 'localhost'; expected http://HOST:PORT", "--urls", "localhost")]
    [InlineData("--urls is 'https://127.0.0.1:1'; expected http", "--urls=https://127.0.0.1:1")]
    [InlineData("--urls is 'http://127.0.0.1:99999'; expected", "--urls=http://127.0.0.1:99999")]
    public async Task A_bad_argument_is_named_and_the_usage_shown(
        string complaint,
        params string[] arguments
    )
    {
        await using var child = ChildProcess.Start("QuickStart", arguments);

        Assert.Equal(2, await child.WaitForExitAsync());
        Assert.Contains(complaint, child.Output);
        Assert.Contains("Usage:", child.Output);
        Assert.DoesNotContain("   at ", child.Output);
    }

    [Fact]
    public async Task Help_is_shown_and_nothing_starts()
    {
        await using var child = ChildProcess.Start("QuickStart", "--help");

        Assert.Equal(0, await child.WaitForExitAsync());
        Assert.StartsWith("Usage:", child.Output);
    }
}
