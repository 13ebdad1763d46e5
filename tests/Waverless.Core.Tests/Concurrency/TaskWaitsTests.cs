using Microsoft.Extensions.Time.Testing;
using Waverless.Simulation.Clusters;

namespace Waverless.Concurrency;

public sealed class TaskWaitsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<int> _task = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    [Fact]
    public async Task A_task_that_ends_is_what_comes()
    {
        using var stop = new CancellationTokenSource();
        var wait = _task.Task.OrCancelledAsync(stop.Token);
        Assert.False(wait.IsCompleted);
        _task.SetResult(7);
        Assert.Equal(7, await wait);
    }

    [Fact]
    public async Task The_failure_of_a_task_comes_as_it_is()
    {
        using var stop = new CancellationTokenSource();
        var wait = _task.Task.OrCancelledAsync(stop.Token);
        _task.SetException(new InvalidOperationException("its own"));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => wait);
        Assert.Equal("its own", failure.Message);
    }

    [Fact]
    public async Task A_token_ends_the_wait_and_not_the_task()
    {
        using var stop = new CancellationTokenSource();
        var wait = _task.Task.OrCancelledAsync(stop.Token);
        stop.Cancel();
        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(stop.Token, ended.CancellationToken);
        Assert.False(_task.Task.IsCompleted);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_ends_it_at_once()
    {
        var gone = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _task.Task.OrCancelledAsync(gone)
        );
        _task.SetResult(1);
        Assert.Equal(1, await _task.Task.OrCancelledAsync(gone));
    }

    [Fact]
    public async Task Time_ends_the_wait()
    {
        Task task = _task.Task;
        var wait = task.WithinAsync(TimeSpan.FromSeconds(3), _time);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await Assert.ThrowsAsync<TimeoutException>(() => wait);
    }

    [Fact]
    public async Task Within_its_time_a_task_is_what_comes()
    {
        Task task = _task.Task;
        var wait = task.WithinAsync(TimeSpan.FromSeconds(3), _time);
        _task.SetResult(1);
        await wait;
        await task.WithinAsync(TimeSpan.Zero, _time);
    }

    [Fact]
    public void Who_waits_stays_on_his_scheduler()
    {
        var loop = new SimLoop(1);
        var node = new LoopScheduler(loop);
        loop.Run(
            async () =>
            {
                using var stop = new CancellationTokenSource();
                var first = node.Start(() => WaitAsync(_task.Task.OrCancelledAsync(stop.Token)));
                var second = node.Start(() =>
                    WaitAsync(((Task)_task.Task).WithinAsync(TimeSpan.FromSeconds(5), loop.Clock))
                );
                await loop.DelayAsync(1);
                _task.SetResult(1);
                await first;
                await second;
            },
            TimeSpan.FromMinutes(1)
        );

        async Task WaitAsync(Task wait)
        {
            Assert.Same(node, TaskScheduler.Current);
            await wait;
            Assert.Same(node, TaskScheduler.Current);
        }
    }
}
