using System.Diagnostics;
using Waverless.Transport;

namespace Scorecard.Rows;

/// <summary>Requests a second with 64 in flight: QUIC, and TCP with TLS as what it is held to.</summary>
internal sealed class TransportRateRow : IRow
{
    private const int Rounds = 15;
    private const int InFlight = 64;
    private const int RoundCalls = 64 * 500;

    public string Name => "transport-rate";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        await using var quic = await TransportPair.StartAsync(TransportKind.Automatic);
        await using var tcp = await TransportPair.StartAsync(TransportKind.Tcp);
        var errors = 0L;
        var rounds = await Comparison.RunAsync(Rounds, () => RateAsync(quic), () => RateAsync(tcp));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await RateAsync(quic);
        var between = GC.GetTotalAllocatedBytes(precise: true);
        await RateAsync(tcp);
        var after = GC.GetTotalAllocatedBytes(precise: true);
        var (ours, theirs) = (
            (between - before) / (double)RoundCalls,
            (after - between) / (double)RoundCalls
        );
        var against = $"TCP with TLS 1.3, {InFlight} in flight, both ends in one process";
        return
        [
            Line.From(
                $"remote no-op rate, {quic.One.Name}",
                "/s",
                rounds,
                Bar.RatioAtLeast(0.8),
                against,
                errors
            ),
            Line.From(
                $"remote no-op rate, {quic.One.Name}, absolute",
                "/s",
                rounds,
                Bar.AtLeast(100_000),
                against,
                errors
            ),
            new(
                $"allocated per remote no-op, {quic.One.Name}",
                "B",
                ours,
                theirs,
                ours / theirs,
                Bar.AtMost(512),
                "TCP with TLS 1.3; asking and answering end together",
                errors
            ),
        ];

        async Task<double> RateAsync(TransportPair pair)
        {
            var began = Stopwatch.GetTimestamp();
            var loops = new Task<long>[InFlight];
            for (var loop = 0; loop < InFlight; loop++)
            {
                loops[loop] = LoopAsync(pair);
            }

            errors += (await Task.WhenAll(loops)).Sum();
            return RoundCalls / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        static async Task<long> LoopAsync(TransportPair pair)
        {
            var wrong = 0L;
            for (var call = 0; call < RoundCalls / InFlight; call++)
            {
                wrong += await pair.AskAsync();
            }

            return wrong;
        }
    }
}
