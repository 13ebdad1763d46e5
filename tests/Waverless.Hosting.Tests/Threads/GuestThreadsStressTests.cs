using CsCheck;
using Waverless.Hosting.Support;

namespace Waverless.Hosting.Threads;

/// <summary>
/// Whatever the work does: never more of it active than there are permits, never more threads than
/// the bound, and all of it finishes.
/// </summary>
public sealed class GuestThreadsStressTests
{
    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Int[1, 4],
        Gen.Int[1, 12],
        Gen.Int[0, 2],
        Gen.Int[1, 3],
        Gen.Int[0, 4].Array[1, 120],
        (permits, threads, idleMs, producers, waits) =>
            new Case(permits, threads, idleMs, producers, waits)
    );

    [Fact]
    public void All_work_finishes_within_the_bounds() => Cases.Sample(Run, iter: 150, threads: 1);

    [Fact]
    public void Threads_that_end_and_start_all_the_time_lose_nothing()
    {
        // The pauses between jobs are about as long as a thread may idle, and wake-ups come late.
        var random = new Random(7);
        using var threads = new GuestThreads(4, 2, TimeSpan.FromMilliseconds(1))
        {
            Waking = () => Thread.Sleep(1),
        };
        var load = new Load(threads, 2, 4);
        for (var i = 0; i < 1_000; i++)
        {
            if (random.Next(3) == 0)
            {
                threads.Anticipate();
            }

            load.Queue(random.Next(3));
            if (random.Next(4) == 0)
            {
                Thread.Sleep(1);
            }
        }

        load.Finish();
        load.Check();
        CheckAtRest(threads);
    }

    private static void Run(Case @case)
    {
        var idle = TimeSpan.FromMilliseconds(@case.IdleMs);
        var threads = new GuestThreads(@case.Threads, @case.Permits, idle);
        var load = new Load(threads, @case.Permits, @case.Threads);
        Parallel.For(
            0,
            @case.Producers,
            producer =>
            {
                for (var i = producer; i < @case.Waits.Length; i += @case.Producers)
                {
                    if (i % 3 == 0)
                    {
                        threads.Anticipate();
                    }

                    load.Queue(@case.Waits[i]);
                }
            }
        );
        threads.Dispose();
        load.Finish();
        load.Check();
        CheckAtRest(threads);
    }

    /// <summary>No permit was given twice or lost on the way.</summary>
    private static void CheckAtRest(GuestThreads threads)
    {
        SpinWait.SpinUntil(() => threads.ThreadCount == 0);
        Assert.Equal(0, threads.ActiveCount);
    }

    private sealed record Case(int Permits, int Threads, int IdleMs, int Producers, int[] Waits);

    private sealed class Load(GuestThreads threads, int permits, int threadsMax)
    {
        private int _active;
        private int _activeMost;
        private int _threadsMost;
        private int _queued;
        private int _ended;

        public void Queue(int waits)
        {
            Interlocked.Increment(ref _queued);
            Assert.True(threads.TryQueue(new CountedJob(() => Work(waits))));
        }

        public void Finish() => SpinWait.SpinUntil(() => _ended == Volatile.Read(ref _queued));

        public void Check()
        {
            Assert.InRange(_activeMost, 0, permits);
            Assert.InRange(_threadsMost, 0, threadsMax);
            Assert.Equal(0, _active);
        }

        private void Work(int waits)
        {
            Enter();
            for (var i = 0; i < waits; i++)
            {
                Interlocked.Decrement(ref _active);
                threads.BeginWait();
                if (i % 2 == 0)
                {
                    Thread.Yield();
                }

                threads.EndWait();
                Enter();
            }

            Interlocked.Decrement(ref _active);
            Interlocked.Increment(ref _ended);
        }

        private void Enter()
        {
            Raise(ref _activeMost, Interlocked.Increment(ref _active));
            Raise(ref _threadsMost, threads.ThreadCount);
            Thread.SpinWait(20);
        }

        private static void Raise(ref int most, int value)
        {
            var seen = Volatile.Read(ref most);
            while (value > seen)
            {
                var before = Interlocked.CompareExchange(ref most, value, seen);
                if (before == seen)
                {
                    return;
                }

                seen = before;
            }
        }
    }
}
