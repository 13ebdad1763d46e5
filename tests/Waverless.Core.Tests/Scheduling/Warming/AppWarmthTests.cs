namespace Waverless.Scheduling.Warming;

public sealed class AppWarmthTests
{
    private readonly AppWarmth _warmth = new();

    [Fact]
    public void The_first_starts_cold_and_the_next_finds_its_instance()
    {
        Assert.Equal(WarmStart.Cold, _warmth.Began(1));
        Assert.Equal(WarmStart.Warm, _warmth.Began(1));
    }

    [Fact]
    public void More_at_once_than_ever_start_cold()
    {
        _warmth.Began(1);

        Assert.Equal(WarmStart.Cold, _warmth.Began(2));
        Assert.Equal(2, _warmth.Instances);
    }

    [Fact]
    public void What_was_made_ahead_saves_a_cold_start_once()
    {
        _warmth.Made(2);

        Assert.Equal(WarmStart.Ahead, _warmth.Began(1));
        Assert.Equal(WarmStart.Warm, _warmth.Began(1));
        Assert.Equal(WarmStart.Ahead, _warmth.Began(2));
        Assert.Equal(WarmStart.Cold, _warmth.Began(3));
    }

    [Fact]
    public void What_was_dropped_starts_cold_again()
    {
        _warmth.Began(3);
        _warmth.TrimTo(0);

        Assert.Equal(0, _warmth.Instances);
        Assert.Equal(WarmStart.Cold, _warmth.Began(1));
    }

    [Fact]
    public void No_more_are_counted_than_the_bound()
    {
        Assert.Equal(WarmStart.Cold, _warmth.Began(WarmLimits.AppInstancesMax + 100));
        Assert.Equal(WarmLimits.AppInstancesMax, _warmth.Instances);
        Assert.Equal(WarmStart.Warm, _warmth.Began(WarmLimits.AppInstancesMax + 200));
    }

    [Fact]
    public void It_is_asked_for_ahead_once_in_a_while()
    {
        Assert.True(_warmth.TryAskAhead(1_000, 500));
        Assert.False(_warmth.TryAskAhead(1_400, 500));
        Assert.True(_warmth.TryAskAhead(1_500, 500));
    }
}
