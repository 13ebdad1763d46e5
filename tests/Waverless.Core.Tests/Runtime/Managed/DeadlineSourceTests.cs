using Microsoft.Extensions.Time.Testing;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class DeadlineSourceTests
{
    private readonly FakeTimeProvider time = new();
    private readonly RecordingLogger log = new();

    private Deadline In(double seconds) => Deadline.After(time, TimeSpan.FromSeconds(seconds));

    private void Advance(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void A_source_is_reused_when_it_has_not_fired()
    {
        using var pool = new DeadlineSourcePool(time, log);
        var first = pool.Rent(In(1), default);
        pool.Return(first);
        var second = pool.Rent(In(5), default);

        Assert.Same(first, second);
        Advance(4);
        Assert.False(second.Token.IsCancellationRequested);
        Advance(1);
        Assert.True(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_source_that_has_fired_is_not_reused()
    {
        using var pool = new DeadlineSourcePool(time, log);
        var first = pool.Rent(In(1), default);
        Advance(1);
        pool.Return(first);

        var second = pool.Rent(In(1), default);

        Assert.NotSame(first, second);
        Assert.False(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void The_caller_of_an_earlier_use_has_no_say_in_a_later_one()
    {
        using var caller = new CancellationTokenSource();
        using var pool = new DeadlineSourcePool(time, log);
        pool.Return(pool.Rent(In(1), caller.Token));
        var later = pool.Rent(In(1), default);

        caller.Cancel();

        Assert.False(later.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_callback_of_an_earlier_use_is_not_called_in_a_later_one()
    {
        var calls = 0;
        using var pool = new DeadlineSourcePool(time, log);
        var first = pool.Rent(In(1), default);
        first.Token.Register(() => calls++);
        pool.Return(first);

        pool.Rent(In(1), default);
        Advance(1);

        Assert.Equal(0, calls);
    }

    [Fact]
    public void A_caller_that_is_gone_already_fires_it_at_once()
    {
        using var pool = new DeadlineSourcePool(time, log);

        var source = pool.Rent(In(1), new CancellationToken(canceled: true));

        Assert.True(source.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_deadline_beyond_the_timers_reach_fires_in_its_own_time()
    {
        using var pool = new DeadlineSourcePool(time, log);
        var source = pool.Rent(Deadline.After(time, TimeSpan.FromDays(100)), default);

        time.Advance(TimeSpan.FromDays(99));
        Assert.False(source.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromDays(1));
        Assert.True(source.Token.IsCancellationRequested);
    }

    [Fact]
    public void No_more_than_so_many_are_kept()
    {
        using var pool = new DeadlineSourcePool(time, log);
        var rented = Enumerable
            .Range(0, DeadlineSourcePool.KeptMax + 1)
            .Select(_ => pool.Rent(In(1), default))
            .ToList();
        rented.ForEach(pool.Return);

        var again = rented.Select(_ => pool.Rent(In(1), default)).ToList();

        Assert.Equal(DeadlineSourcePool.KeptMax, again.Intersect(rented).Count());
    }

    [Fact]
    public async Task Uses_that_end_while_callers_cancel_never_leak_into_later_uses()
    {
        using var pool = new DeadlineSourcePool(TimeProvider.System, log);
        var far = Deadline.After(TimeProvider.System, TimeSpan.FromHours(1));
        for (var round = 0; round < 2_000; round++)
        {
            using var caller = new CancellationTokenSource();
            var source = pool.Rent(far, caller.Token);
            var cancelling = caller.CancelAsync();
            pool.Return(source);
            var next = pool.Rent(far, default);
            await cancelling;
            Assert.False(next.Token.IsCancellationRequested);
            pool.Return(next);
        }
    }
}
