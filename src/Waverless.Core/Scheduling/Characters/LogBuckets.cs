using System.Numerics;

namespace Waverless.Scheduling.Characters;

/// <summary>
/// The buckets of all histograms: four to an octave, so that a value is off by an eighth at most.
/// Frozen: nodes of different builds add each other's counts. Such logarithmic buckets merge
/// without loss (Masson, Rim, Lee, "DDSketch", VLDB 2019; the linear parts of an octave are those
/// of HdrHistogram).
/// </summary>
internal static class LogBuckets
{
    /// <summary>Buckets of a histogram; the last one takes what is larger, too.</summary>
    public const int Count = 125;

    /// <summary>The largest value that is told apart: 2^31 - 1.</summary>
    private const long ValueMax = (1L << 31) - 1;

    private static readonly float[] Middles = [.. Enumerable.Range(0, Count).Select(MiddleOf)];

    /// <summary>The bucket of a value; 0 and less are in the first.</summary>
    public static int Of(long value)
    {
        if (value <= 0)
        {
            return 0;
        }

        value = Math.Min(value, ValueMax);
        var octave = BitOperations.Log2((ulong)value);
        return 1 + (octave * 4) + (int)(((value << 2) >> octave) & 3);
    }

    /// <summary>What a value of a bucket is taken for.</summary>
    public static float Middle(int bucket) => Middles[bucket];

    private static float MiddleOf(int bucket)
    {
        if (bucket == 0)
        {
            return 0;
        }

        var octave = (bucket - 1) / 4;
        var low = Math.ScaleB(1 + ((bucket - 1) % 4 / 4.0), octave);
        var values = Math.ScaleB(0.25, octave);

        // Below 4 a bucket holds one whole number, or none.
        return values <= 1 ? (float)Math.Floor(low) : (float)(low + ((values - 1) / 2));
    }
}
