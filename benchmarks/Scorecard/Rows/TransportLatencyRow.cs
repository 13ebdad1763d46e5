using System.Diagnostics;
using Waverless.Transport;

namespace Scorecard.Rows;

/// <summary>A request without a body to another node, against a byte there and back.</summary>
internal sealed class TransportLatencyRow(string name, TransportKind kind) : IRow
{
    private const int Rounds = 31;
    private const int RoundCalls = 500;

    /// <summary>As long as the frame of a request: what the raw channel carries.</summary>
    private const int FrameBytes = 16;

    public string Name => name;

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        await using var pair = await TransportPair.StartAsync(kind);
        await using var raw = await RawPair.StartAsync(kind, isEcho: true);
        var errors = 0L;
        var times = new double[RoundCalls];
        var buffer = new byte[FrameBytes];
        var rounds = await Comparison.RunAsync(
            Rounds,
            async () =>
            {
                for (var call = 0; call < RoundCalls; call++)
                {
                    var began = Stopwatch.GetTimestamp();
                    errors += await pair.AskAsync();
                    times[call] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
                }

                return Comparison.Median(times);
            },
            async () =>
            {
                for (var call = 0; call < RoundCalls; call++)
                {
                    var began = Stopwatch.GetTimestamp();
                    await raw.Channel.WriteAsync(buffer, default);
                    await raw.Channel.ReadExactlyAsync(buffer, default);
                    times[call] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
                }

                return Comparison.Median(times);
            }
        );
        return
        [
            Line.From(
                $"remote no-op p50, {pair.One.Name}",
                "us",
                rounds,
                Bar.RatioAtMost(1.25),
                $"raw {pair.One.Name} ping-pong, mutual TLS 1.3, loopback, one process",
                errors
            ),
        ];
    }
}
