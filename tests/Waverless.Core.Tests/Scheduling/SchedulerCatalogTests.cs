using Waverless.Cluster;

namespace Waverless.Scheduling;

public sealed class SchedulerCatalogTests
{
    [Fact]
    public void Adaptive_is_the_default() => Assert.Equal("adaptive", Catalog().Find(null).Name);

    [Fact]
    public void All_names_are_listed_in_order() =>
        Assert.Equal(
            ["adaptive", "hash", "least-loaded", "locality", "own", "random", "straw2"],
            Catalog(new Own("own")).Names
        );

    [Fact]
    public void An_own_scheduler_is_found_by_its_name()
    {
        var own = new Own("own");

        Assert.Same(own, Catalog(own).Find("own"));
    }

    [Fact]
    public void An_own_scheduler_wins_over_one_of_ours_and_a_later_one_over_an_earlier()
    {
        var (earlier, later) = (new Own("hash"), new Own("hash"));

        Assert.Same(later, Catalog(earlier, later).Find("hash"));
    }

    [Theory]
    [InlineData("fastest")]
    [InlineData("Random")]
    [InlineData("")]
    public void An_unknown_name_is_an_error_that_lists_what_there_is(string name)
    {
        var error = Assert.Throws<UnknownSchedulerException>(() => Catalog().Find(name));

        Assert.Equal(name, error.SchedulerName);
        Assert.Equal(
            $"There is no scheduler '{name}'; known are adaptive, hash, least-loaded, locality, "
                + "random, straw2. An own one is registered as an IScheduler in the host's services.",
            error.Message
        );
    }

    private static SchedulerCatalog Catalog(params IScheduler[] own) =>
        new(own, new Random(1), TimeProvider.System);

    private sealed class Own(string name) : IScheduler
    {
        public string Name => name;

        public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster) => null;
    }
}
