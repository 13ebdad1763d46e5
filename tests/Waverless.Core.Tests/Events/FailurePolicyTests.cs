using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>What a function says about its own failures holds, whatever the node does.</summary>
public sealed class FailurePolicyTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void A_function_has_the_attempts_and_pauses_that_it_asks_for()
    {
        var times = new List<DateTimeOffset>();
        _sim.App("app")
            .Function(
                "on",
                f =>
                    f.OnSet("in_{}")
                        .Retry(
                            attempts: 3,
                            first: TimeSpan.FromSeconds(2),
                            longest: TimeSpan.FromSeconds(3),
                            jitter: RetryJitter.None
                        ),
                _ =>
                {
                    times.Add(_sim.Time.GetUtcNow());
                    throw new InvalidOperationException("no");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            Assert.Equal(3, times.Count);
            Assert.InRange((times[1] - times[0]).TotalMilliseconds, 2_000, 2_020);
            Assert.InRange((times[2] - times[1]).TotalMilliseconds, 3_000, 3_020);
        });
    }

    [Theory]
    [InlineData(InvocationStatus.PermissionDenied, 1, ErrorClass.Permission)]
    [InlineData(InvocationStatus.BadPayload, 1, ErrorClass.BadPayload)]
    [InlineData(InvocationStatus.TimedOut, 2, ErrorClass.TimedOut)]
    [InlineData(InvocationStatus.Trapped, 1, ErrorClass.Trapped)]
    [InlineData(InvocationStatus.StackExhausted, 1, ErrorClass.Trapped)]
    [InlineData(InvocationStatus.Failed, 4, ErrorClass.Failed)]
    public void Failures_of_each_class_have_their_own_attempts(
        InvocationStatus status,
        int expected,
        ErrorClass error
    )
    {
        var attempts = 0;
        _sim.App("app")
            .Answers(
                "on",
                f =>
                    f.OnSet("in_{}")
                        .Retry(attempts: 4)
                        .RetryOn(ErrorClass.TimedOut, attempts: 2)
                        .RetryOn(ErrorClass.Trapped, attempts: 1),
                _ =>
                {
                    attempts++;
                    return ValueTask.FromResult(InvocationResult.Fail(status, "so it is"));
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            Assert.Equal(expected, attempts);
            var dead = Assert.Single(await node.DeadAsync("app", "on"));
            Assert.Equal(expected, dead.Errors.Length);
            Assert.All(dead.Errors, item => Assert.Equal(error, item.Class));
            Assert.Equal(Enumerable.Range(1, expected), dead.Errors.Select(item => item.Attempt));
            Assert.Equal(
                dead.Errors.Select(e => e.TimeMs).Order(),
                dead.Errors.Select(e => e.TimeMs)
            );
        });
    }

    [Fact]
    public void The_history_keeps_the_first_error_and_the_last_ones()
    {
        var attempt = 0;
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Retry(attempts: 20, longest: TimeSpan.FromMilliseconds(1)),
                _ => Task.FromException(new IOException($"error {++attempt}"))
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            var dead = Assert.Single(await node.DeadAsync("app", "on"));
            Assert.Equal([1, 14, 15, 16, 17, 18, 19, 20], dead.Errors.Select(e => e.Attempt));
            Assert.EndsWith("error 20", dead.Errors[^1].Text, StringComparison.Ordinal);
        });
    }
}
