using System.Globalization;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>Conflicts on real threads, of functions that wait and of guests that block.</summary>
public sealed class RealThreadsTransactionTests
{
    private const int Calls = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_that_add_to_one_key_at_once_add(bool isSynchronous)
    {
        var apps = new Sim();
        apps.Runtime.Traits = new(
            isSynchronous ? InstanceKind.Owned : InstanceKind.Managed,
            isSynchronous,
            CommitMode.Atomic
        );
        var runs = 0;
        apps.App("app")
            .Function(
                "add",
                f => f.Post().Reads("sum").Writes("sum"),
                async call =>
                {
                    Interlocked.Increment(ref runs);
                    var sum = await call.GetAsync("sum") ?? "0";
                    Thread.SpinWait(20_000);
                    var next = int.Parse(sum, CultureInfo.InvariantCulture) + 1;
                    await call.SetAsync("sum", next.ToString(CultureInfo.InvariantCulture));
                }
            );
        await using var node = new RealNode(apps, guestThreads: 8);
        await node.StartAsync(apps);

        await Parallel.ForAsync(
            0,
            Calls,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, ct) =>
            {
                var request = new InvocationRequest("app/add");
                var result = await node.Node.Invoker.InvokeAsync(request, ct);
                Assert.True(result.IsCompleted, result.Error);
            }
        );

        Assert.Equal($"{Calls}", await node.Node.Store("app").GetTextAsync("sum"));
        Assert.True(node.Node.Runner.Turns.AreFree);
        Assert.True(runs >= Calls);
    }

    [Fact]
    public async Task Under_a_lock_on_real_threads_nobody_writes_at_once()
    {
        var apps = new Sim();
        var inside = 0;
        var most = 0;
        apps.App("app")
            .Function(
                "add",
                f => f.Post().Reads("sum").Writes("sum").Commit(CommitMode.Immediate),
                async call =>
                {
                    await call.LockAsync("sum");
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    var sum = await call.GetAsync("sum") ?? "0";
                    var next = int.Parse(sum, CultureInfo.InvariantCulture) + 1;
                    await call.SetAsync("sum", next.ToString(CultureInfo.InvariantCulture));
                    Interlocked.Decrement(ref inside);
                }
            );
        await using var node = new RealNode(apps, guestThreads: 1);
        await node.StartAsync(apps);

        await Parallel.ForAsync(
            0,
            Calls,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, ct) =>
                Assert.True(
                    (
                        await node.Node.Invoker.InvokeAsync(new InvocationRequest("app/add"), ct)
                    ).IsCompleted
                )
        );

        Assert.Equal(1, most);
        Assert.Equal($"{Calls}", await node.Node.Store("app").GetTextAsync("sum"));
    }
}
