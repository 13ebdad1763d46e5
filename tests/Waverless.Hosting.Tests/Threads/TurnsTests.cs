using Waverless.Hosting.Support;

namespace Waverless.Hosting.Threads;

public sealed class TurnsTests
{
    [Fact]
    public async Task Guests_that_never_end_by_themselves_let_new_work_in()
    {
        const int Endless = 16;
        using var threads = new GuestThreads(Endless + 8, 2);
        var stop = false;
        var endless = Enumerable
            .Range(0, Endless)
            .Select(_ => new ThreadJob(() => Turn(threads, ref stop)))
            .ToList();
        Assert.All(endless, job => Assert.True(threads.TryQueue(job)));

        for (var i = 0; i < 100; i++)
        {
            var job = new ThreadJob(() => (true, true));
            Assert.True(threads.TryQueue(job));
            await job.Task;
        }

        Assert.DoesNotContain(endless, job => job.Task.IsCompleted);
        Volatile.Write(ref stop, true);
        await Task.WhenAll(endless.Select(job => job.Task));
    }

    [Fact]
    public async Task Every_guest_gets_its_turn_while_new_work_never_ends()
    {
        using var threads = new GuestThreads(8, 1);
        var turns = new int[3];
        var jobs = Enumerable
            .Range(0, turns.Length)
            .Select(i => new ThreadJob(() => Count(threads, ref turns[i])))
            .ToList();
        jobs.ForEach(job => Assert.True(threads.TryQueue(job)));
        var all = Task.WhenAll(jobs.Select(job => job.Task));
        while (!all.IsCompleted)
        {
            var work = new ThreadJob(() => (true, true));
            Assert.True(threads.TryQueue(work));
            await work.Task;
        }

        Assert.Equal([1_000, 1_000, 1_000], turns);
    }

    [Fact]
    public async Task With_one_permit_new_work_is_in_after_a_few_turns_of_a_guest()
    {
        using var threads = new GuestThreads(4, 1);
        var work = new ThreadJob(() => (true, true));
        var turnsLeft = 1_000;
        var guest = new ThreadJob(() =>
        {
            Assert.True(threads.TryQueue(work));
            while (turnsLeft > 0 && !work.Task.IsCompleted)
            {
                threads.TakeTurns();
                turnsLeft--;
            }

            return (true, true);
        });
        Assert.True(threads.TryQueue(guest));

        await guest.Task;
        await work.Task;

        Assert.True(turnsLeft > 0);
    }

    [Fact]
    public async Task With_every_thread_taken_those_that_compute_go_on()
    {
        using var threads = new GuestThreads(2, 1);
        var turns = new int[4];
        var jobs = Enumerable
            .Range(0, turns.Length)
            .Select(i => new ThreadJob(() => Count(threads, ref turns[i])))
            .ToList();
        jobs.ForEach(job => Assert.True(threads.TryQueue(job)));

        await Task.WhenAll(jobs.Select(job => job.Task));

        Assert.Equal(2, threads.ThreadCount);
    }

    private static (bool, bool) Turn(GuestThreads threads, ref bool stop)
    {
        while (!Volatile.Read(ref stop))
        {
            threads.TakeTurns();
        }

        return (true, true);
    }

    private static (bool, bool) Count(GuestThreads threads, ref int turns)
    {
        for (var i = 0; i < 1_000; i++)
        {
            threads.TakeTurns();
            turns++;
        }

        return (true, true);
    }
}
