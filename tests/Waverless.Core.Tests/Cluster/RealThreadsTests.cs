using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Simulation;

namespace Waverless.Cluster;

/// <summary>The same rules on real threads: nobody waits for ever.</summary>
public sealed class RealThreadsTests
{
    [Fact]
    public async Task Thousands_of_short_cascades_on_real_threads_all_end()
    {
        var apps = new Sim();
        CascadeTests.AddFanOut(apps);
        await using var node = new RealNode(apps, guestThreads: 1);
        await node.StartAsync(apps);

        await Parallel.ForAsync(
            0,
            4_000,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, ct) =>
            {
                var payload = Payload.FromText($"{i} {i % 4}");
                var request = new InvocationRequest("app/begin", payload) { WaitForCascade = true };
                var result = await node.Node.Invoker.InvokeAsync(request, ct);
                Assert.True(result.Cascade?.IsFinished, result.Error);
                Assert.Equal(1 + (2 * (i % 4)), result.Cascade!.Invocations);
            }
        );

        Assert.Equal(0, node.Node.Backlog.Of("app"));
    }

    [Fact]
    public async Task Cascades_of_synchronous_guests_all_end()
    {
        var apps = new Sim();
        apps.Runtime.Traits = new(InstanceKind.Owned, true, CommitMode.Immediate);
        CascadeTests.AddFanOut(apps);
        await using var node = new RealNode(apps, guestThreads: 4);
        await node.StartAsync(apps);

        await Parallel.ForAsync(
            0,
            1_000,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, ct) =>
            {
                var request = new InvocationRequest("app/begin", Payload.FromText($"{i} 2"))
                {
                    WaitForCascade = true,
                };
                var result = await node.Node.Invoker.InvokeAsync(request, ct);
                Assert.True(result.Cascade?.IsFinished, result.Error);
                Assert.Equal(5, result.Cascade!.Invocations);
            }
        );
    }

    [Fact]
    public async Task Callers_blocked_in_nested_calls_all_finish()
    {
        var apps = new Sim();
        apps.Runtime.Traits = new(InstanceKind.Owned, true, CommitMode.Immediate);
        apps.App("app")
            .Answers(
                "caller",
                f => f.Post().Concurrency(256),
                call =>
                    ValueTask.FromResult(
                        call.Host.Wait(
                            call.Host.CallAsync(
                                FunctionAddress.Parse("app/callee"),
                                call.Invocation.Payload,
                                null,
                                call.Cancellation
                            )
                        )
                    )
            )
            .Answers(
                "callee",
                f => f.Rpc().Concurrency(4).Queue(0),
                call => ValueTask.FromResult(InvocationResult.Completed("done"u8.ToArray()))
            );
        await using var node = new RealNode(apps, guestThreads: 16);
        await node.StartAsync(apps);

        var calls = Enumerable
            .Range(0, 256)
            .Select(_ =>
                node.Node.Invoker.InvokeAsync(new InvocationRequest("app/caller")).AsTask()
            );

        Assert.All(await Task.WhenAll(calls), result => Assert.Equal("done", result.Text));
    }
}
