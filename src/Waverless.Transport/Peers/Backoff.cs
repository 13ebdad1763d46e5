namespace Waverless.Transport.Peers;

/// <summary>Pauses between attempts: doubled each time up to a bound, half of it by chance.</summary>
internal sealed class Backoff(TimeSpan min, TimeSpan max, Random random)
{
    private const int DoublingsMax = 30;

    private int _failures;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        var doubled = min * Math.Pow(2, Math.Min(_failures++, DoublingsMax));
        var pause = doubled < max ? doubled : max;
        return pause * (0.5 + (random.NextDouble() / 2));
    }

    public void Reset() => _failures = 0;
}
