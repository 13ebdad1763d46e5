namespace Waverless.Events;

/// <summary>Events of a lane that are in memory.</summary>
/// <param name="Ready">Those that have not been taken.</param>
/// <param name="Postponed">Those that wait, or have waited, for a retry.</param>
/// <param name="Delayed">Delayed messages that became ready and have not ended.</param>
internal readonly record struct LaneCounts(int Ready, int Postponed, int Delayed)
{
    /// <summary>About what they take in memory, of the kind that takes most.</summary>
    public long Bytes { get; init; }

    public static LaneCounts operator +(in LaneCounts one, in LaneCounts other) =>
        new(one.Ready + other.Ready, one.Postponed + other.Postponed, one.Delayed + other.Delayed)
        {
            Bytes = Math.Max(one.Bytes, other.Bytes),
        };
}
