using Waverless.Hosting.Support;

namespace Waverless.Hosting.Threads;

public sealed class GuestThreadsTests
{
    [Fact]
    public async Task Only_its_own_threads_are_guest_threads()
    {
        using var threads = new GuestThreads(4, 2);
        using var others = new GuestThreads(4, 2);
        var inside = new ThreadJob(() => (threads.IsGuestThread, others.IsGuestThread));
        Assert.True(threads.TryQueue(inside));
        Assert.Equal((true, false), await inside.Task);
        Assert.False(threads.IsGuestThread);
    }

    [Fact]
    public async Task A_thread_is_used_again()
    {
        using var threads = new GuestThreads(4, 1);
        for (var i = 0; i < 20; i++)
        {
            var job = new ThreadJob(() => (true, true));
            Assert.True(threads.TryQueue(job));
            await job.Task;
        }

        Assert.Equal(1, threads.ThreadCount);
    }

    [Fact]
    public async Task A_thread_that_waits_lets_another_one_work()
    {
        using var threads = new GuestThreads(8, 1);
        using var release = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();
        var waiter = new ThreadJob(() =>
        {
            threads.BeginWait();
            waiting.Set();
            release.Wait();
            threads.EndWait();
            return (true, true);
        });
        Assert.True(threads.TryQueue(waiter));
        waiting.Wait();
        var other = new ThreadJob(() => (true, true));
        Assert.True(threads.TryQueue(other));
        await other.Task;
        Assert.False(waiter.Task.IsCompleted);
        release.Set();
        await waiter.Task;
    }

    [Fact]
    public async Task A_thread_that_resumes_goes_before_queued_work()
    {
        using var threads = new GuestThreads(8, 1);
        using var waiting = new ManualResetEventSlim();
        using var waited = new ManualResetEventSlim();
        using var holding = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var order = new List<string>();
        var waiter = new ThreadJob(() =>
        {
            threads.BeginWait();
            waiting.Set();
            waited.Wait();
            threads.EndWait();
            order.Add("resumed");
            return (true, true);
        });
        var holder = new ThreadJob(() =>
        {
            holding.Set();
            release.Wait();
            order.Add("holder");
            return (true, true);
        });
        var queued = new ThreadJob(() =>
        {
            order.Add("queued");
            return (true, true);
        });
        Assert.True(threads.TryQueue(waiter));
        waiting.Wait();
        Assert.True(threads.TryQueue(holder));
        holding.Wait();
        Assert.True(threads.TryQueue(queued));
        waited.Set();
        SpinWait.SpinUntil(() => threads.ResumingCount == 1);
        release.Set();
        await queued.Task;
        Assert.Equal(["holder", "resumed", "queued"], order);
    }

    [Fact]
    public async Task Work_beyond_the_bound_of_the_queue_is_refused()
    {
        using var threads = new GuestThreads(1, 1);
        using var release = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        var holder = new ThreadJob(() =>
        {
            running.Set();
            release.Wait();
            return (true, true);
        });
        Assert.True(threads.TryQueue(holder));
        running.Wait();
        var ran = 0;
        var job = new CountedJob(() => Interlocked.Increment(ref ran));
        for (var i = 0; i < GuestThreads.QueueMax; i++)
        {
            Assert.True(threads.TryQueue(job));
        }

        Assert.False(threads.TryQueue(job));
        release.Set();
        await holder.Task;
        SpinWait.SpinUntil(() => Volatile.Read(ref ran) == GuestThreads.QueueMax);
        Assert.True(threads.TryQueue(job));
    }

    [Fact]
    public void As_many_run_inline_as_there_are_permits()
    {
        using var threads = new GuestThreads(4, 2);
        Assert.True(threads.TryEnterInline());
        Assert.True(threads.TryEnterInline());
        Assert.False(threads.TryEnterInline());
        threads.ExitInline();
        Assert.True(threads.TryEnterInline());
    }

    [Fact]
    public async Task Idle_threads_end()
    {
        using var threads = new GuestThreads(4, 4, TimeSpan.FromMilliseconds(1));
        var jobs = Enumerable.Range(0, 8).Select(_ => new ThreadJob(() => (true, true))).ToList();
        Assert.All(jobs, job => Assert.True(threads.TryQueue(job)));
        await Task.WhenAll(jobs.Select(job => job.Task));
        SpinWait.SpinUntil(() => threads.ThreadCount == 0);
    }

    [Fact]
    public async Task Disposal_ends_threads_and_lets_those_that_wait_finish()
    {
        var threads = new GuestThreads(16, 2, TimeSpan.FromHours(1));
        using var release = new ManualResetEventSlim();
        using var waiting = new CountdownEvent(8);
        var jobs = Enumerable
            .Range(0, 8)
            .Select(_ => new ThreadJob(() =>
            {
                threads.BeginWait();
                waiting.Signal();
                release.Wait();
                threads.EndWait();
                return (true, true);
            }))
            .ToList();
        Assert.All(jobs, job => Assert.True(threads.TryQueue(job)));
        waiting.Wait();
        threads.Dispose();
        Assert.False(threads.TryQueue(new ThreadJob(() => (true, true))));
        release.Set();
        await Task.WhenAll(jobs.Select(job => job.Task));
        SpinWait.SpinUntil(() => threads.ThreadCount == 0);
    }

    [Fact]
    public async Task Disposal_runs_what_is_queued_and_then_ends_all_threads()
    {
        var threads = new GuestThreads(4, 1, TimeSpan.FromHours(1));
        using var release = new ManualResetEventSlim();
        var holder = new ThreadJob(() =>
        {
            release.Wait();
            return (true, true);
        });
        var queued = new ThreadJob(() => (true, true));
        Assert.True(threads.TryQueue(holder));
        Assert.True(threads.TryQueue(queued));
        threads.Dispose();
        release.Set();
        await holder.Task;
        await queued.Task;
        SpinWait.SpinUntil(() => threads.ThreadCount == 0);
    }
}
