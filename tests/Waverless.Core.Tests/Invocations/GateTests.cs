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
