using Waverless.Scheduling;

namespace Scheduling;

/// <summary>
/// Random numbers of one stream. What a request is made of comes from streams of its own, so that
/// every scheduler gets the same work.
/// </summary>
internal struct Draws(ulong seed)
{
    private ulong _state = FrozenHash.Mix(seed);

    public double Next()
    {
        _state = FrozenHash.Mix(_state);
        return ((_state >> 11) + 1) * (1.0 / (1UL << 53));
    }

    public int Below(int bound) => Math.Min(bound - 1, (int)(Next() * bound));

    public double Exponential(double mean) => -Math.Log(Next()) * mean;

    public double Lognormal(RunShape shape)
    {
        var normal = Math.Sqrt(-2 * Math.Log(Next())) * Math.Cos(2 * Math.PI * Next());
        return shape.Median * Math.Exp(shape.Sigma * normal);
    }

    public int Index(double[] cumulative)
    {
        var index = Array.BinarySearch(cumulative, Next() * cumulative[^1]);
        return Math.Min(cumulative.Length - 1, index < 0 ? ~index : index);
    }

    /// <summary>Cumulative weights 1, 1/2^s, 1/3^s, ...</summary>
    public static double[] Zipf(int count, double exponent)
    {
        var sum = 0.0;
        return [.. Enumerable.Range(1, count).Select(rank => sum += Math.Pow(rank, -exponent))];
    }
}
