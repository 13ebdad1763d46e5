namespace Waverless.Scheduling.Warming;

public sealed class WarmPlanTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0.2, 0, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(4, 0, 6)]
    [InlineData(16, 30, 20)]
    [InlineData(1_000, 0, WarmLimits.AppInstancesMax)]
    [InlineData(4, WarmLimits.IdleSeconds, 0)]
    public void An_app_gets_as_many_as_run_at_once_and_some_for_chance(
        double concurrency,
        double idleSeconds,
        int instances
    ) => Assert.Equal(instances, WarmPlan.InstancesOf(concurrency, idleSeconds));

    [Fact]
    public void What_all_want_is_cut_to_what_the_node_keeps_the_busiest_first()
    {
        int[] wanted = [64, 64, 64, 64, 64, 1];
        WarmPlan.Cut(wanted);

        Assert.Equal(WarmLimits.NodeInstancesMax, wanted.Sum());
        Assert.Equal([64, 64, 64, 62, 1, 1], wanted);
    }

    [Fact]
    public void With_more_apps_than_instances_the_least_busy_get_none()
    {
        var wanted = Enumerable.Repeat(2, WarmLimits.NodeInstancesMax + 10).ToArray();
        WarmPlan.Cut(wanted);

        Assert.Equal(WarmLimits.NodeInstancesMax, wanted.Sum());
        Assert.Equal(10, wanted.Count(instances => instances == 0));
        Assert.Equal(0, wanted[^1]);
    }
}
