using Microsoft.Extensions.Time.Testing;
using Waverless.Cluster.Calls;

namespace Waverless.Cluster;

public sealed class RetryBudgetTests
{
    [Fact]
    public void What_is_saved_is_bounded_and_then_retries_are_a_share_of_the_calls()
    {
        var budget = new RetryBudget(new FakeTimeProvider());
        for (var i = 0; i < 100_000; i++)
        {
            budget.Sent();
        }

        Assert.Equal(RetryBudget.SavedMax, TakeAll(budget));
        for (var i = 0; i < 50 * RetryBudget.CallsPerRetry; i++)
        {
            budget.Sent();
        }

        Assert.InRange(TakeAll(budget), 49, 50);
    }

    [Fact]
    public void A_node_that_sends_little_has_some_retries_in_each_second()
    {
        var time = new FakeTimeProvider();
        var budget = new RetryBudget(time);
        TakeAll(budget);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2 * RetryBudget.PerSecond, TakeAll(budget));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(RetryBudget.SavedMax, TakeAll(budget));
    }

    [Fact]
    public void Refusals_are_counted()
    {
        var budget = new RetryBudget(new FakeTimeProvider());
        TakeAll(budget);
        var before = budget.Refusals;
        Assert.False(budget.TryTake());
        Assert.Equal(before + 1, budget.Refusals);
    }

    private static int TakeAll(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
