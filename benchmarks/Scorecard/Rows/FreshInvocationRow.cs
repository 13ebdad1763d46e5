using System.Diagnostics;
using Harness.Nodes;
using Harness.Wasm;
using Waverless.Invocations;

namespace Scorecard.Rows;

internal sealed class FreshInvocationRow : IRow
{
    private const int Rounds = 101;
    private const int RoundCalls = 5_000;
    private const int WarmUpCalls = 200_000;

    public string Name => "invocation";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        using var data = new TemporaryFolder();
        await using var node = await Guest.StartNodeAsync(data);
        using var engine = new RawEngine();
        using var module = RawModule.Compile(engine, Guest.Wasm, Guest.Export);
        var invoker = node.Invoker;
        var request = new InvocationRequest(Guest.Address);
        var errors = 0L;
        async Task<double> Product(int calls)
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++)
            {
                var result = await invoker.InvokeAsync(request);
                errors += Guest.IsRight(result) ? 0 : 1;
            }

            return Stopwatch.GetElapsedTime(began).TotalMicroseconds / calls;
        }

        double Raw(int calls)
        {
            var began = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++)
            {
                errors += Guest.RunRaw(module) ? 0 : 1;
            }

            return Stopwatch.GetElapsedTime(began).TotalMicroseconds / calls;
        }

        await Product(WarmUpCalls);
        Raw(WarmUpCalls);
        var rounds = await Comparison.RunAsync(
            Rounds,
            () => Product(RoundCalls),
            () => Task.FromResult(Raw(RoundCalls))
        );
        return
        [
            Line.From(
                "fresh wasm invocation",
                "us",
                rounds,
                Bar.RatioAtMost(1.5),
                "raw C API, instance_pre + pooling, same module",
                errors
            ),
        ];
    }
}
