using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

public sealed class AllocationTests
{
    private const int Rounds = 1_000;

    public static TheoryData<string, int> Bounds =>
        new()
        {
            { "nothing", 1_280 },
            { "text", 1_280 },
            { "token", 1_280 },
            { "context", 1_280 },
        };

    // The bounds include the invocation, which the bench makes for each call, and hold in Debug,
    // where every asynchronous method allocates; Release is far below.
    [Theory]
    [MemberData(nameof(Bounds))]
    public async Task A_call_that_does_not_wait_allocates_little(string kind, int bytesMax)
    {
        Delegate function = kind switch
        {
            "nothing" => () => { },
            "text" => (string name) => name,
            "token" => (CancellationToken ct) => ct.ThrowIfCancellationRequested(),
            _ => (FunctionContext c) => c.ContentType = null,
        };
        await using var bench = await new ManagedBench().Add(function).LoadAsync();
        var payload = Payload.FromText("Ada");
        Run(bench, payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(bench, payload);
        var perCall = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;

        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {perCall} bytes a call");
        Assert.InRange(perCall, 1, bytesMax);
    }

    private static void Run(ManagedBench bench, Payload payload)
    {
        for (var i = 0; i < Rounds; i++)
        {
            var pending = bench.InvokeAsync(payload);
            var status = pending.IsCompletedSuccessfully
                ? pending.Result.Status
                : default(InvocationStatus?);
            Assert.True(status == InvocationStatus.Completed);
        }
    }
}
