using System.Diagnostics;
using Waverless.Transport;

namespace Scorecard.Rows;

/// <summary>A long body by a stream, against the same bytes by the bare channel.</summary>
internal sealed class TransportBodyRow(string name, TransportKind kind) : IRow
{
    private const int Rounds = 15;
    private const int PieceBytes = 64 * 1024;
    private const long BodyBytes = 64L * 1024 * 1024;
    private const double Mega = 1024 * 1024;

    public string Name => name;

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        await using var pair = await TransportPair.StartAsync(kind);
        await using var raw = await RawPair.StartAsync(kind, isEcho: false);
        raw.Expect(BodyBytes);
        var errors = 0L;
        var piece = new byte[PieceBytes];
        var rounds = await Comparison.RunAsync(
            Rounds,
            async () =>
            {
                await using var stream = await pair.One.ConnectAsync(pair.Two, 1, default);
                var began = Stopwatch.GetTimestamp();
                for (var sent = 0L; sent < BodyBytes; sent += PieceBytes)
                {
                    await stream.Output.WriteAsync(piece);
                }

                await stream.Output.CompleteAsync();
                var read = await stream.Input.ReadAsync();
                errors += read.Buffer.Length == 1 ? 0 : 1;
                return BodyBytes / Mega / Stopwatch.GetElapsedTime(began).TotalSeconds;
            },
            async () =>
            {
                var began = Stopwatch.GetTimestamp();
                for (var sent = 0L; sent < BodyBytes; sent += PieceBytes)
                {
                    await raw.Channel.WriteAsync(piece, default);
                }

                await raw.Channel.ReadExactlyAsync(new byte[1], default);
                return BodyBytes / Mega / Stopwatch.GetElapsedTime(began).TotalSeconds;
            }
        );
        return
        [
            Line.From(
                $"streamed body, {pair.One.Name}",
                "MB/s",
                rounds,
                Bar.RatioAtLeast(0.9),
                $"raw {pair.One.Name} channel, writes of 64 KiB",
                errors
            ),
        ];
    }
}
