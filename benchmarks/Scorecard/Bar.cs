using System.Globalization;

namespace Scorecard;

/// <summary>What a line has to reach.</summary>
/// <param name="Limit">The number in it.</param>
/// <param name="Kind">What is compared with the number.</param>
internal readonly record struct Bar(double Limit, BarKind Kind)
{
    public static Bar RatioAtMost(double limit) => new(limit, BarKind.RatioAtMost);

    public static Bar RatioAtLeast(double limit) => new(limit, BarKind.RatioAtLeast);

    public static Bar AtMost(double limit) => new(limit, BarKind.AtMost);

    public static Bar AtLeast(double limit) => new(limit, BarKind.AtLeast);

    public static Bar None => new(0, BarKind.None);

    public bool IsMet(double measured, double ratio) =>
        Kind switch
        {
            BarKind.RatioAtMost => ratio <= Limit,
            BarKind.RatioAtLeast => ratio >= Limit,
            BarKind.AtLeast => measured >= Limit,
            BarKind.None => true,
            _ => measured <= Limit,
        };

    /// <summary>The bar as the table prints it.</summary>
    public string Text(string unit)
    {
        var limit = Limit.ToString("0.##", CultureInfo.InvariantCulture);
        return Kind switch
        {
            BarKind.RatioAtMost => $"<= {limit}x",
            BarKind.RatioAtLeast => $">= {limit}x",
            BarKind.AtLeast => $">= {limit} {unit}",
            BarKind.None => "none",
            _ => $"<= {limit} {unit}",
        };
    }
}
