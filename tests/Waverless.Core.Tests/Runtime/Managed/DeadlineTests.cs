using Microsoft.Extensions.DependencyInjection;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class DeadlineTests
{
    private static readonly TimeSpan timeout = TimeSpan.FromSeconds(2);

    private static Action<FunctionBuilder> Limited => f => f.Timeout(timeout);

    private static async Task<string> WaitAsync(CancellationToken ct)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return "never";
    }

    [Fact]
    public async Task A_function_that_heeds_its_token_times_out_at_the_deadline()
    {
        await using var bench = await new ManagedBench().Add(WaitAsync, Limited).LoadAsync();
        var pending = bench.InvokeAsync().AsTask();

        bench.Time.Advance(timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(pending.IsCompleted);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        var result = await pending;

        Assert.Equal(InvocationStatus.TimedOut, result.Status);
        Assert.Contains("'t/f'", result.Error, StringComparison.Ordinal);
        Assert.Contains("00:00:02", result.Error, StringComparison.Ordinal);
        await bench.App.DrainAsync(default);
        Assert.Empty(bench.Log.Entries);
    }

    [Fact]
    public async Task The_token_of_the_context_fires_too()
    {
        await using var bench = await new ManagedBench()
            .Add((FunctionContext c) => WaitAsync(c.CancellationToken), Limited)
            .LoadAsync();
        var pending = bench.InvokeAsync().AsTask();

        bench.Time.Advance(timeout);

        Assert.Equal(InvocationStatus.TimedOut, (await pending).Status);
    }

    [Fact]
    public async Task A_function_that_ignores_its_token_is_left_behind_and_can_write_no_more()
    {
        var release = new TaskCompletionSource();
        var late = new TaskCompletionSource<Exception?>();
        await using var bench = await new ManagedBench()
            .Add(
                async (FunctionContext c) =>
                {
                    await c.SetTextAsync("before", "1");
                    await release.Task;
                    late.SetResult(
                        await Record.ExceptionAsync(async () => await c.SetTextAsync("after", "2"))
                    );
                },
                Limited
            )
            .LoadAsync();
        var pending = bench.InvokeAsync().AsTask();

        bench.Time.Advance(timeout);
        var result = await pending;
        bench.Time.Advance(ManagedApp.UnwindingMax);
        await bench.Log.WaitForAsync(1401);
        release.SetResult();

        Assert.Equal(InvocationStatus.TimedOut, result.Status);
        Assert.IsType<InvalidOperationException>(await late.Task);
        Assert.Equal(["Put before"], bench.Host.Calls);
        await bench.App.DrainAsync(default);
        Assert.Equal(1401, Assert.Single(bench.Log.Entries).Id);
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_function()
    {
        using var caller = new CancellationTokenSource();
        await using var bench = await new ManagedBench().Add(WaitAsync).LoadAsync();
        var pending = bench.InvokeAsync(ct: caller.Token).AsTask();

        await caller.CancelAsync();
        var result = await pending;

        Assert.Equal(InvocationStatus.Cancelled, result.Status);
        Assert.Contains("'t/f'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_goes_away_ends_a_function_that_has_no_token()
    {
        using var caller = new CancellationTokenSource();
        var release = new TaskCompletionSource();
        await using var bench = await new ManagedBench().Add(() => release.Task).LoadAsync();
        var pending = bench.InvokeAsync(ct: caller.Token).AsTask();

        await caller.CancelAsync();

        Assert.Equal(InvocationStatus.Cancelled, (await pending).Status);
        release.SetResult();
    }

    [Fact]
    public async Task What_is_over_before_it_begins_does_not_run()
    {
        var ran = false;
        await using var bench = await new ManagedBench()
            .Add(() =>
            {
                ran = true;
            })
            .LoadAsync();

        var late = await bench.InvokeAsync(timeout: TimeSpan.Zero);
        var gone = await bench.InvokeAsync(ct: new CancellationToken(canceled: true));

        Assert.Equal(InvocationStatus.TimedOut, late.Status);
        Assert.Equal(InvocationStatus.Cancelled, gone.Status);
        Assert.False(ran);
    }

    [Fact]
    public async Task A_cancellation_of_the_functions_own_is_a_failure()
    {
        var result = await ManagedBench.RunAsync(string () =>
            throw new OperationCanceledException("my own")
        );

        Assert.Equal(InvocationStatus.Failed, result.Status);
        Assert.Contains("my own", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deadline_beyond_what_timers_hold_still_lets_the_function_run()
    {
        await using var bench = await new ManagedBench()
            .Add(
                async (CancellationToken ct) =>
                {
                    await Task.Yield();
                    return ct.IsCancellationRequested;
                }
            )
            .LoadAsync();

        var result = await bench.InvokeAsync(timeout: TimeSpan.FromDays(400));

        Assert.Equal("false", result.Text);
    }

    [Fact]
    public async Task A_callback_on_the_token_that_throws_harms_only_its_own_invocation()
    {
        await using var bench = await new ManagedBench()
            .Add(
                (CancellationToken ct) =>
                {
                    ct.Register(() => throw new InvalidOperationException("callback"));
                    return WaitAsync(ct);
                },
                Limited
            )
            .LoadAsync();
        var pending = bench.InvokeAsync().AsTask();

        bench.Time.Advance(timeout);

        Assert.Equal(InvocationStatus.TimedOut, (await pending).Status);
        Assert.Contains(bench.Log.Entries, entry => entry.Id == 1404);
    }

    [Fact]
    public async Task Services_live_until_a_function_left_behind_has_ended()
    {
        var release = new TaskCompletionSource();
        var log = new SessionLog();
        await using var bench = new ManagedBench().Add(
            async (Session session) =>
            {
                await release.Task;
                return session.Log.Disposed;
            },
            Limited
        );
        bench.Services.AddSingleton(log).AddScoped<Session>();
        await bench.LoadAsync();
        var pending = bench.InvokeAsync().AsTask();
        bench.Time.Advance(timeout);
        await pending;

        Assert.Equal(0, log.Disposed);
        release.SetResult();
        await bench.App.DrainAsync(default);
        Assert.Equal(1, log.Disposed);
    }

    [Fact]
    public async Task Draining_waits_for_functions_left_behind_until_it_gives_up()
    {
        var release = new TaskCompletionSource();
        await using var bench = await new ManagedBench()
            .Add(() => release.Task, Limited)
            .LoadAsync();
        var pending = bench.InvokeAsync().AsTask();
        bench.Time.Advance(timeout);
        await pending;
        using var giveUp = new CancellationTokenSource();

        var drained = bench.App.DrainAsync(giveUp.Token).AsTask();
        Assert.False(drained.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drained);
        release.SetResult();
        await bench.App.DrainAsync(default);
    }

    [Fact]
    public async Task An_exception_after_the_end_is_logged_and_changes_nothing()
    {
        var release = new TaskCompletionSource();
        await using var bench = await new ManagedBench()
            .Add(() => release.Task, Limited)
            .LoadAsync();
        var pending = bench.InvokeAsync().AsTask();
        bench.Time.Advance(timeout);
        await pending;

        bench.Time.Advance(ManagedApp.UnwindingMax);
        await bench.Log.WaitForAsync(1401);
        release.SetException(new InvalidOperationException("too late"));
        await bench.App.DrainAsync(default);

        Assert.Equal([1401, 1402], bench.Log.Entries.Select(entry => entry.Id));
        Assert.Equal("too late", bench.Log.Entries[1].Exception?.Message);
    }

    [Fact]
    public async Task Functions_left_behind_are_bounded_and_make_room_when_they_end()
    {
        var release = new TaskCompletionSource();
        await using var bench = await new ManagedBench()
            .Add(() => release.Task, Limited)
            .LoadAsync();
        var pending = Enumerable
            .Range(0, ManagedApp.AbandonedMax)
            .Select(_ => bench.InvokeAsync().AsTask())
            .ToList();
        bench.Time.Advance(timeout);
        await Task.WhenAll(pending);

        var refused = await bench.InvokeAsync();
        release.SetResult();
        await bench.App.DrainAsync(default);
        var accepted = await bench.InvokeAsync();

        Assert.Equal(InvocationStatus.Overloaded, refused.Status);
        Assert.Contains("256 functions of the app 't'", refused.Error, StringComparison.Ordinal);
        Assert.Equal(InvocationStatus.Completed, accepted.Status);
    }

    [Fact]
    public async Task A_call_of_the_host_that_waits_is_cancelled_at_the_deadline()
    {
        await using var bench = new ManagedBench();
        bench.Host.OnCall = async (_, _, ct) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            return default;
        };
        bench.Add((FunctionContext c) => c.CallAsync<int>("o/x", 1), Limited);
        await bench.LoadAsync();
        var pending = bench.InvokeAsync().AsTask();

        bench.Time.Advance(timeout);

        Assert.Equal(InvocationStatus.TimedOut, (await pending).Status);
        await bench.App.DrainAsync(default);
    }

    [Fact]
    public async Task A_call_under_way_at_the_deadline_ends_before_the_host_is_given_up()
    {
        await using var bench = new ManagedBench();
        bench.Host.HoldGet = new TaskCompletionSource();
        bench.Add((FunctionContext c) => c.GetTextAsync("a"), Limited);
        await bench.LoadAsync();
        var pending = bench.InvokeAsync().AsTask();

        bench.Time.Advance(timeout);
        Assert.False(pending.IsCompleted);
        bench.Host.HoldGet.SetResult();

        Assert.Equal(InvocationStatus.TimedOut, (await pending).Status);
    }
}
