namespace Scorecard.Http;

/// <summary>Loads several servers in turn, with the same request.</summary>
internal sealed record HttpLoad(int Connections, string Route, string Body, string Answer)
{
    private const int Rounds = 15;
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(3);

    /// <summary>Requests per second of each server in each round.</summary>
    public double[][] Measure(int[] ports, out long errors)
    {
        var all = ports.Select(port => new LoadGenerator(port, this)).ToArray();
        foreach (var load in all)
        {
            load.Run(WarmUpTime);
        }

        var rates = all.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var step = 0; step < all.Length; step++)
            {
                var server = (round + step) % all.Length;
                rates[server][round] = all[server].Run(RoundTime);
            }
        }

        errors = all.Sum(load => load.Errors);
        foreach (var load in all)
        {
            load.Dispose();
        }

        return rates;
    }

    public static Line Compare(
        string row,
        double[] ours,
        double[] theirs,
        Bar bar,
        string against,
        long errors
    )
    {
        var ratios = ours.Zip(theirs, (left, right) => left / right).ToArray();
        return new Line(
            row,
            "/s",
            Comparison.Median(ours),
            Comparison.Median(theirs),
            Comparison.Median(ratios),
            bar,
            against,
            errors
        );
    }
}
