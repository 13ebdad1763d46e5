using Waverless.Hosting.Support;

namespace Waverless.Hosting.Threads;

/// <summary>A thread that was woken before there was work for it.</summary>
public sealed class LookoutTests
{
    private int _wakeUps;

    [Fact]
    public async Task A_lookout_takes_the_next_work_without_being_woken_again()
    {
        using var threads = await ParkedAsync(permits: 2, parked: 1, TimeSpan.FromMinutes(1));
        threads.Anticipate();
        Assert.Equal(1, Volatile.Read(ref _wakeUps));
        await RunAsync(threads);
        Assert.Equal(1, Volatile.Read(ref _wakeUps));
        Assert.Equal(1, threads.ThreadCount);
    }

    [Fact]
    public async Task One_looks_out_at_a_time()
    {
        using var threads = await ParkedAsync(permits: 4, parked: 2, TimeSpan.FromMinutes(1));
        threads.Anticipate();
        threads.Anticipate();
        Assert.Equal(1, threads.ActiveCount);
    }

    [Fact]
    public async Task Without_work_its_permit_comes_back()
    {
        using var threads = await ParkedAsync(permits: 1, parked: 1, TimeSpan.Zero);
        threads.Anticipate();
        SpinWait.SpinUntil(() => threads.ActiveCount == 0);
        await RunAsync(threads);
    }

    [Fact]
    public async Task A_thread_that_resumes_gets_the_permit_of_a_lookout()
    {
        using var threads = await ParkedAsync(permits: 1, parked: 1, TimeSpan.FromMinutes(1));
        using var waiting = new ManualResetEventSlim();
        using var isOver = new ManualResetEventSlim();
        var waiter = new ThreadJob(() =>
        {
            threads.BeginWait();
            waiting.Set();
            isOver.Wait();
            threads.EndWait();
            return (true, true);
        });
        Assert.True(threads.TryQueue(waiter));
        waiting.Wait();
        await RunAsync(threads);
        SpinWait.SpinUntil(() => threads.ActiveCount == 0);
        threads.Anticipate();
        Assert.Equal(1, threads.ActiveCount);
        isOver.Set();
        await waiter.Task;
    }

    [Fact]
    public void Nobody_is_started_to_look_out()
    {
        using var threads = new GuestThreads(4, 2);
        threads.Anticipate();
        Assert.Equal(0, threads.ThreadCount);
    }

    /// <summary>That many threads, all asleep.</summary>
    private async Task<GuestThreads> ParkedAsync(int permits, int parked, TimeSpan lookoutTime)
    {
        var threads = new GuestThreads(8, permits)
        {
            LookoutTime = lookoutTime,
            Waking = () => Interlocked.Increment(ref _wakeUps),
        };
        using var allRun = new Barrier(parked);
        var jobs = new List<ThreadJob>();
        for (var index = 0; index < parked; index++)
        {
            var job = new ThreadJob(() =>
            {
                allRun.SignalAndWait();
                return (true, true);
            });
            jobs.Add(job);
            Assert.True(threads.TryQueue(job));
        }

        await Task.WhenAll(jobs.Select(job => job.Task));
        SpinWait.SpinUntil(() => threads.ActiveCount == 0);
        Volatile.Write(ref _wakeUps, 0);
        return threads;
    }

    private static async Task RunAsync(GuestThreads threads)
    {
        var job = new ThreadJob(() => (true, true));
        Assert.True(threads.TryQueue(job));
        await job.Task;
    }
}
