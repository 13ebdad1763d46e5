namespace Scorecard;

/// <summary>One line of the scorecard.</summary>
/// <param name="Row">What was measured.</param>
/// <param name="Unit">Unit of both values.</param>
/// <param name="Measured">Median of the product's rounds.</param>
/// <param name="Baseline">Median of the baseline's rounds.</param>
/// <param name="Ratio">Median of the rounds' ratios, measured over baseline.</param>
/// <param name="Bar">What was to be reached.</param>
/// <param name="Against">What the baseline is, and anything else worth knowing.</param>
/// <param name="Errors">Operations that failed or answered something wrong.</param>
internal sealed record Line(
    string Row,
    string Unit,
    double Measured,
    double Baseline,
    double Ratio,
    Bar Bar,
    string Against,
    long Errors = 0
)
{
    public bool IsOk => Errors == 0 && Bar.IsMet(Measured, Ratio);

    public string Verdict => IsOk ? "ok" : "SHORT";

    /// <summary>A line from alternating rounds.</summary>
    public static Line From(
        string row,
        string unit,
        Comparison rounds,
        Bar bar,
        string against,
        long errors = 0
    ) => new(row, unit, rounds.Measured, rounds.Baseline, rounds.Ratio, bar, against, errors);
}
