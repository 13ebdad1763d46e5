using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class FailureTests
{
    [Fact]
    public async Task An_exception_is_a_failed_result_without_its_stack_and_is_logged()
    {
        await using var bench = await new ManagedBench()
            .Add(string () => throw new InvalidOperationException("boom"))
            .LoadAsync();

        var result = await bench.InvokeAsync();

        Assert.Equal(InvocationStatus.Failed, result.Status);
        Assert.Equal("'t/f' threw InvalidOperationException: boom", result.Error);
        var logged = Assert.Single(bench.Log.Entries);
        Assert.Equal(1400, logged.Id);
        Assert.IsType<InvalidOperationException>(logged.Exception);
    }

    [Fact]
    public async Task An_exception_after_waiting_is_the_same()
    {
        var result = await ManagedBench.RunAsync(async Task<string> () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("boom");
        });

        Assert.Equal("'t/f' threw InvalidOperationException: boom", result.Error);
    }

    [Fact]
    public async Task A_json_exception_of_the_function_itself_is_not_the_callers_fault()
    {
        var result = await ManagedBench.RunAsync(string () =>
            throw new System.Text.Json.JsonException("inside")
        );

        Assert.Equal(InvocationStatus.Failed, result.Status);
    }

    [Fact]
    public async Task A_function_may_refuse_with_a_status_of_its_own()
    {
        var result = await ManagedBench.RunAsync(string () =>
            throw new InvocationRefusedException(InvocationStatus.Conflict, "taken")
        );

        Assert.Equal(InvocationStatus.Conflict, result.Status);
        Assert.Equal("taken", result.Error);
    }

    [Fact]
    public async Task Invocations_after_a_failure_run_as_before()
    {
        var calls = 0;
        await using var bench = await new ManagedBench()
            .Add(() => ++calls == 1 ? throw new InvalidOperationException() : calls)
            .LoadAsync();

        Assert.Equal(InvocationStatus.Failed, (await bench.InvokeAsync()).Status);
        Assert.Equal("2", (await bench.InvokeAsync()).Text);
    }

    [Fact]
    public async Task Many_invocations_at_once_each_see_their_own()
    {
        var gate = new TaskCompletionSource();
        await using var bench = await new ManagedBench()
            .Add(
                async (string payload, FunctionContext c, CancellationToken ct) =>
                {
                    await gate.Task.WaitAsync(ct);
                    await c.SetTextAsync($"k_{payload}", payload);
                    return payload;
                }
            )
            .LoadAsync();
        var pending = Enumerable
            .Range(0, 100)
            .Select(i => bench.InvokeTextAsync($"{i}").AsTask())
            .ToList();

        gate.SetResult();
        var results = await Task.WhenAll(pending);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), results.Select(r => r.Text));
        Assert.Equal(100, bench.Host.Values.Count);
    }
}
