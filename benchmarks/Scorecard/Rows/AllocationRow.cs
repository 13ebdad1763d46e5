using Harness.Nodes;
using Harness.Wasm;
using Waverless.Invocations;

namespace Scorecard.Rows;

internal sealed class AllocationRow : IRow
{
    private const int Rounds = 5;
    private const int RoundCalls = 20_000;

    public string Name => "allocation";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await Guest.StartNodeAsync(data);
        using var binding = new ManagedBinding(Guest.Wasm, Guest.Export);
        var invoker = node.Invoker;
        var request = new InvocationRequest(Guest.Address);
        var errors = 0L;
        var rounds = await Comparison.RunAsync(
            Rounds,
            async () =>
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var call = 0; call < RoundCalls; call++)
                {
                    var result = await invoker.InvokeAsync(request);
                    errors += Guest.IsRight(result) ? 0 : 1;
                }

                return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)RoundCalls;
            },
            () =>
            {
                var before = GC.GetTotalAllocatedBytes(precise: true);
                for (var call = 0; call < RoundCalls; call++)
                {
                    binding.Invoke();
                    errors += binding.Result.SequenceEqual(Guest.Answer) ? 0 : 1;
                }

                var bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
                return Task.FromResult(bytes / (double)RoundCalls);
            }
        );
        return
        [
            Line.From(
                "allocation per fresh invocation",
                "B",
                rounds,
                Bar.AtMost(1024),
                "Wasmtime's managed binding alone",
                errors
            ),
        ];
    }
}
