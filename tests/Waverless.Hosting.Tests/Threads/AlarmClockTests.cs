using System.Collections.Concurrent;

namespace Waverless.Hosting.Threads;

/// <summary>Timers that wait on a thread of their own.</summary>
public sealed class AlarmClockTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(30);
    private readonly AlarmClock _clock = new();
    private readonly BlockingCollection<string> _fired = [];

    public void Dispose()
    {
        _clock.Dispose();
        _fired.Dispose();
    }

    private ITimer Create(string name, TimeSpan wait, TimeSpan? period = null) =>
        _clock.CreateTimer(_ => _fired.Add(name), null, wait, period ?? Never);

    private string Next()
    {
        Assert.True(_fired.TryTake(out var name, PatienceMax), "No timer has fired.");
        return name;
    }

    [Fact]
    public void A_timer_fires_once_and_not_before_its_moment()
    {
        var began = _clock.GetTimestamp();
        using var timer = Create("one", Soon);
        Assert.Equal("one", Next());
        Assert.True(_clock.GetElapsedTime(began) >= Soon);
        Assert.Equal(0, _clock.ArmedCount);
        Assert.Empty(_fired);
    }

    [Fact]
    public void An_earlier_one_that_comes_later_goes_first()
    {
        using var late = Create("late", Soon * 10);
        using var early = Create("early", Soon);
        Assert.Equal("early", Next());
        Assert.Equal("late", Next());
    }

    [Fact]
    public void Those_of_the_same_moment_all_fire()
    {
        var timers = Enumerable
            .Range(0, 500)
            .Select(index => Create($"{index % 7}", TimeSpan.FromMilliseconds(index % 5)))
            .ToList();
        for (var index = 0; index < timers.Count; index++)
        {
            Next();
        }

        Assert.Empty(_fired);
        Assert.Equal(0, _clock.ArmedCount);
    }

    [Fact]
    public void A_change_takes_the_place_of_what_was_set()
    {
        using var timer = Create("changed", TimeSpan.FromHours(1));
        using var stopped = Create("stopped", Soon);
        Assert.True(stopped.Change(Never, Never));
        Assert.True(timer.Change(Soon * 2, Never));
        Assert.Equal("changed", Next());
        Assert.Equal(0, _clock.ArmedCount);
        Assert.Empty(_fired);
    }

    [Fact]
    public void A_period_fires_again_until_the_timer_is_disposed()
    {
        var timer = Create("again", TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        for (var times = 0; times < 5; times++)
        {
            Assert.Equal("again", Next());
        }

        timer.Dispose();
        Assert.Equal(0, _clock.ArmedCount);
        Assert.False(timer.Change(Soon, Never));
    }

    [Fact]
    public void Nothing_is_armed_after_the_clock_is_disposed()
    {
        using var timer = Create("none", TimeSpan.FromHours(1));
        _clock.Dispose();
        Assert.Equal(0, _clock.ArmedCount);
        Assert.False(timer.Change(TimeSpan.Zero, Never));
    }
}
