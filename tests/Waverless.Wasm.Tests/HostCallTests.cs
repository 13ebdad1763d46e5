using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>Host calls that are refused, fail or wait.</summary>
public sealed class HostCallTests
{
    private static readonly string Sets = Guests.With(
        Guests.Integers(1024, 1, 1, 0, 1, 0, 1)
            + Guests.Integers(1056, 1, 3, 0, 1, -1, 1200)
            + """
            (data (i32.const 0) "k")
            (func (export "set") (call $ope (i32.const 1024) (i32.const 6) (i32.const 1200)))
            (func (export "lock") (call $ope (i32.const 1056) (i32.const 6) (i32.const 1204)))
            """
    );

    [Theory]
    [InlineData(InvocationStatus.PermissionDenied)]
    [InlineData(InvocationStatus.Overloaded)]
    [InlineData(InvocationStatus.StorageFull)]
    [InlineData(InvocationStatus.TooLarge)]
    public async Task A_refused_operation_ends_the_invocation_with_its_status(
        InvocationStatus status
    )
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "set");
        var host = new TestHost
        {
            Before = _ => throw new InvocationRefusedException(status, "no, because of that"),
        };
        var result = await app.InvokeAsync("set", host: host);
        Assert.Equal((status, "no, because of that"), (result.Status, result.Error));
    }

    [Theory]
    [InlineData(CommitRejection.StorageFull, InvocationStatus.StorageFull)]
    [InlineData(CommitRejection.StorageFailed, InvocationStatus.StorageFailed)]
    [InlineData(CommitRejection.Overloaded, InvocationStatus.Overloaded)]
    [InlineData(CommitRejection.TooLarge, InvocationStatus.TooLarge)]
    [InlineData(CommitRejection.Closed, InvocationStatus.Unavailable)]
    public async Task A_rejected_commit_ends_the_invocation(
        CommitRejection rejection,
        InvocationStatus status
    )
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "set");
        var host = new TestHost
        {
            OnCommit = () => new(CommitResult.Rejected(rejection, "said the store")),
        };
        var result = await app.InvokeAsync("set", host: host);
        Assert.Equal(status, result.Status);
        Assert.Contains("said the store", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_throws_anything_ends_the_invocation_alone()
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "set");
        var host = new TestHost { Before = _ => ((string)null!).ToString() };
        var result = await app.InvokeAsync("set", host: host);
        Assert.Equal(InvocationStatus.Failed, result.Status);
        Assert.Contains("NullReferenceException", result.Error, StringComparison.Ordinal);
        Assert.True((await app.InvokeAsync("set")).IsCompleted);
    }

    [Fact]
    public async Task A_host_call_that_completes_later_is_waited_for()
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "set");
        var host = new TestHost
        {
            OnCommit = async () =>
            {
                await Task.Yield();
                return CommitResult.Committed(default);
            },
        };
        Assert.True((await app.InvokeAsync("set", host: host)).IsCompleted);
    }

    [Fact]
    public async Task A_caller_that_goes_away_during_a_host_call_ends_the_invocation()
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "lock");
        using var caller = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        var host = new TestHost
        {
            OnLock = async ct =>
            {
                reached.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
                return new LockGrant(1, default);
            },
        };
        var running = Task.Run(() => app.InvokeAsync("lock", host: host, ct: caller.Token));
        await reached.Task;
        await caller.CancelAsync();
        Assert.Equal(InvocationStatus.Cancelled, (await running).Status);
        Assert.True((await app.InvokeAsync("lock")).IsCompleted);
    }

    [Fact]
    public async Task A_host_call_may_run_another_guest_on_the_same_thread()
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "set", "lock");
        var inner = new TestHost();
        InvocationResult nested = default;
        var host = new TestHost
        {
            OnCommit = async () =>
            {
                nested = await app.Loaded.InvokeAsync(app.Call("lock"), inner, default);
                return CommitResult.Committed(default);
            },
        };
        Assert.True((await app.InvokeAsync("set", host: host)).IsCompleted);
        Assert.True(nested.IsCompleted, nested.Error);
        Assert.Equal(["lock k"], inner.Order);
    }

    [Fact]
    public async Task An_exception_whose_message_throws_stays_inside()
    {
        await using var app = await WasmApp.LoadTextAsync(Sets, "set");
        var host = new TestHost { Before = _ => throw new Unspeakable() };
        var result = await app.InvokeAsync("set", host: host);
        Assert.Equal(
            (InvocationStatus.Failed, "A host call failed."),
            (result.Status, result.Error)
        );
    }

    private sealed class Unspeakable : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
