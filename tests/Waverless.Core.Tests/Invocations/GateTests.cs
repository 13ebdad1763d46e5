using Waverless.Simulation.Clusters;

namespace Waverless.Invocations;

/// <summary>Admission: bounded, fair, and nobody is forgotten.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task Waiters_are_admitted_in_the_order_in_which_they_came()
    {
        var gate = new Gate(1, 10);
        Assert.True(gate.TryEnter());
        var waiting = Enumerable
            .Range(0, 5)
            .Select(_ => gate.EnterAsync(default).AsTask())
            .ToList();

        foreach (var next in waiting)
        {
            Assert.False(gate.TryEnter());
            gate.Exit();
            Assert.True(await next);
            Assert.Equal(1, gate.Active);
        }

        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task While_the_oldest_has_waited_for_long_the_newest_is_next()
    {
        var clock = new SimClock();
        var gate = new Gate(1, 10, clock);
        Assert.True(gate.TryEnter());
        var old = gate.EnterAsync(default).AsTask();
        clock.TryAdvance(clock.Elapsed + Gate.StandingMax + TimeSpan.FromMilliseconds(1));
        var middle = gate.EnterAsync(default).AsTask();
        var young = gate.EnterAsync(default).AsTask();

        foreach (var next in new[] { young, middle, old })
        {
            Assert.False(next.IsCompleted);
            gate.Exit();
            Assert.True(await next);
        }

        // The queue was empty: the order is that of before.
        var first = gate.EnterAsync(default).AsTask();
        var second = gate.EnterAsync(default).AsTask();
        gate.Exit();
        Assert.True(await first);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Triggered_work_keeps_its_order_and_gets_every_other_place_of_a_queue_that_stands()
    {
        var clock = new SimClock();
        var gate = new Gate(1, 100, clock);
        Assert.True(gate.TryEnter());
        var order = new List<string>();
        var waiting = new List<Task>();
        for (var i = 0; i < 4; i++)
        {
            waiting.Add(NoteAsync("call " + i, gate.EnterAsync(default)));
            waiting.Add(NoteAsync("event " + i, gate.EnterTriggeredAsync(default)));
        }

        // In the order in which they came, while that is no long time ago.
        await NextAsync(2);
        Assert.Equal(["call 0", "event 0"], order);
        clock.TryAdvance(clock.Elapsed + Gate.StandingMax + TimeSpan.FromMilliseconds(1));
        await NextAsync(6);
        Assert.Equal(["call 3", "call 2", "call 1"], order[2..].Where(o => o[0] == 'c'));
        Assert.Equal(["event 1", "event 2", "event 3"], order[2..].Where(o => o[0] == 'e'));
        Assert.All(
            order[2..].Zip(order[3..]),
            pair => Assert.NotEqual(pair.First[0], pair.Second[0])
        );

        async Task NextAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var before = order.Count;
                gate.Exit();
                while (Volatile.Read(ref before) == order.Count)
                {
                    await Task.WhenAny(waiting);
                    waiting.RemoveAll(task => task.IsCompleted);
                }
            }
        }

        async Task NoteAsync(string who, ValueTask<bool> entering)
        {
            Assert.True(await entering);
            lock (order)
            {
                order.Add(who);
            }
        }
    }

    [Fact]
    public async Task Beyond_the_queue_the_gate_refuses()
    {
        var gate = new Gate(1, 2);
        Assert.True(gate.TryEnter());
        _ = gate.EnterAsync(default).AsTask();
        _ = gate.EnterAsync(default).AsTask();

        Assert.False(await gate.EnterAsync(default));
    }

    [Fact]
    public async Task A_gate_without_a_queue_admits_or_refuses()
    {
        var gate = new Gate(1, 0);

        Assert.True(await gate.EnterAsync(default));
        Assert.False(await gate.EnterAsync(default));
    }

    [Fact]
    public async Task Who_stops_waiting_makes_room_and_takes_no_place()
    {
        var gate = new Gate(1, 1);
        Assert.True(gate.TryEnter());
        using var impatience = new CancellationTokenSource();
        var impatient = gate.EnterAsync(impatience.Token).AsTask();
        Assert.False(await gate.EnterAsync(default));

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        var patient = gate.EnterAsync(default).AsTask();
        gate.Exit();

        Assert.True(await patient);
        Assert.Equal((1, 0), (gate.Active, gate.Waiting));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Never_more_than_allowed_are_inside_and_everybody_comes_in(int concurrency)
    {
        var gate = new Gate(concurrency, int.MaxValue);
        var inside = 0;
        var most = 0;
        var entered = 0;
        await Parallel.ForAsync(
            0,
            16,
            async (worker, ct) =>
            {
                var random = new Random(worker);
                for (var i = 0; i < 2_000; i++)
                {
                    if (!gate.TryEnter() && !await gate.EnterAsync(ct))
                    {
                        throw new InvalidOperationException("refused");
                    }

                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Increment(ref entered);
                    if (random.Next(4) == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Decrement(ref inside);
                    gate.Exit();
                }
            }
        );

        Assert.InRange(most, 1, concurrency);
        Assert.Equal(32_000, entered);
        Assert.Equal((0, 0), (gate.Active, gate.Waiting));
    }

    [Fact]
    public async Task Cancellations_among_waiters_leave_no_place_taken()
    {
        var gate = new Gate(2, int.MaxValue);
        await Parallel.ForAsync(
            0,
            8,
            async (worker, _) =>
            {
                var random = new Random(worker);
                for (var i = 0; i < 1_000; i++)
                {
                    using var impatience = new CancellationTokenSource();
                    var entering = gate.EnterAsync(impatience.Token).AsTask();
                    if (random.Next(2) == 0)
                    {
                        await impatience.CancelAsync();
                    }

                    try
                    {
                        Assert.True(await entering);
                        await Task.Yield();
                        gate.Exit();
                    }
                    catch (OperationCanceledException)
                    {
                        // It gave up its place in the queue.
                    }
                }
            }
        );

        Assert.Equal((0, 0), (gate.Active, gate.Waiting));
        Assert.True(gate.TryEnter());
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
