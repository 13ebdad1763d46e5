namespace Scorecard;

/// <summary>
/// Medians of rounds that alternate between product and baseline. The ratio is taken per round,
/// where both met the same machine, and its median is reported.
/// </summary>
internal sealed record Comparison(double Measured, double Baseline, double Ratio)
{
    /// <summary>Warms both up, then runs them in turn; who goes first changes.</summary>
    public static async Task<Comparison> RunAsync(
        int rounds,
        Func<Task<double>> product,
        Func<Task<double>> baseline
    )
    {
        await product();
        await baseline();
        var measured = new double[rounds];
        var compared = new double[rounds];
        var ratios = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
            {
                measured[round] = await product();
                compared[round] = await baseline();
            }
            else
            {
                compared[round] = await baseline();
                measured[round] = await product();
            }

            ratios[round] = measured[round] / compared[round];
        }

        return new Comparison(Median(measured), Median(compared), Median(ratios));
    }

    public static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
