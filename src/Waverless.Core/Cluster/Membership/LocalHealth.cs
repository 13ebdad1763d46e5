namespace Waverless.Cluster.Membership;

/// <summary>
/// How far this node trusts its own observations (Lifeguard's local health multiplier): whoever
/// misses answers of all sides is slow itself, and gives the others more time.
/// </summary>
internal sealed class LocalHealth
{
    /// <summary>The worst score: times are multiplied by one more.</summary>
    public const int ScoreMax = 8;

    /// <summary>0: perfect.</summary>
    public int Score { get; private set; }

    public void Better() => Score = Math.Max(0, Score - 1);

    public void Worse(int by = 1) => Score = Math.Min(ScoreMax, Score + by);

    public TimeSpan Stretch(TimeSpan time) => time * (Score + 1);
}
