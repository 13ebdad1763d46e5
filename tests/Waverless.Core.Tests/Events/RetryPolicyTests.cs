using Waverless.Apps;

namespace Waverless.Events;

public sealed class RetryPolicyTests
{
    [Fact]
    public void Pauses_double_up_to_the_longest_and_half_of_each_is_certain()
    {
        var policy = Policy(20, 0.1, 2);
        for (var failed = 1; failed < 20; failed++)
        {
            var ceiling = Math.Min(0.1 * Math.Pow(2, failed - 1), 2);
            Assert.InRange(
                policy.After(failed, FunctionRetry.Default, ErrorClass.Failed)!.Value.TotalSeconds,
                ceiling / 2,
                ceiling
            );
        }
    }

    [Fact]
    public void After_the_last_attempt_there_is_no_other()
    {
        var policy = Policy(5, 0.1, 30);

        Assert.NotNull(policy.After(4, FunctionRetry.Default, ErrorClass.Failed));
        Assert.Null(policy.After(5, FunctionRetry.Default, ErrorClass.Failed));
        Assert.Null(policy.After(6, FunctionRetry.Default, ErrorClass.Failed));
    }

    [Fact]
    public void Large_settings_do_not_overflow()
    {
        var policy = Policy(int.MaxValue, TimeSpan.FromDays(300).TotalSeconds, 86_400);

        Assert.InRange(
            policy.After(1_000_000, FunctionRetry.Default, ErrorClass.Failed)!.Value.TotalSeconds,
            43_200,
            86_400
        );
    }

    private static RetryPolicy Policy(int attempts, double first, double longest) =>
        new(attempts, TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(longest), new Random(1));
}
