using System.Diagnostics;
using Harness.Nodes;
using Scorecard.Children;

namespace Scorecard.Rows;

/// <summary>Fresh processes, from their start until they say that they are ready.</summary>
internal sealed class ReadyRow : IRow
{
    private const int Rounds = 15;

    public string Name => "ready";

    public async Task<IReadOnlyList<Line>> MeasureAsync()
    {
        var rounds = await Comparison.RunAsync(
            Rounds,
            () => StartAsync(ChildStart.Node),
            () => StartAsync(ChildStart.Empty)
        );
        var difference = rounds.Measured - rounds.Baseline;
        return
        [
            new Line(
                "AddWaverless() to ready, added",
                "ms",
                difference,
                rounds.Baseline,
                difference / rounds.Baseline,
                Bar.AtMost(200),
                "the baseline is the empty host's start, a process each"
            ),
        ];
    }

    private static async Task<double> StartAsync(string kind)
    {
        using var data = new TemporaryFolder();
        var began = Stopwatch.GetTimestamp();
        using var child = Child.Start("start", kind, data.At("node"));
        var line = await child.ReadLineAsync();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        if (line != ChildStart.Ready)
        {
            throw new InvalidOperationException($"A child said '{line}' instead of being ready.");
        }

        await child.StopAsync();
        return elapsed;
    }
}
