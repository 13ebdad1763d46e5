namespace Waverless.Events;

/// <summary>
/// When a failed event runs again: exponential backoff with equal jitter (AWS Architecture Blog,
/// "Exponential Backoff And Jitter", 2015: half of the wait is certain), then never.
/// </summary>
internal sealed class RetryPolicy(int attemptsMax, TimeSpan first, TimeSpan longest, Random random)
{
    private readonly Lock _lock = new();

    public const int AttemptsMaxDefault = 5;

    /// <summary>Longest wait before the second attempt.</summary>
    public static readonly TimeSpan FirstDefault = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait before any attempt.</summary>
    public static readonly TimeSpan LongestDefault = TimeSpan.FromSeconds(30);

    /// <summary>The wait after that many failed attempts; null: out of attempts.</summary>
    public TimeSpan? After(int failedAttempts)
    {
        if (failedAttempts >= attemptsMax)
        {
            return null;
        }

        // In numbers that cannot overflow; a TimeSpan could.
        var ceilingMs = first.TotalMilliseconds * Math.Pow(2, Math.Min(failedAttempts - 1, 30));
        return Jitter(
            ceilingMs < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(ceilingMs) : longest
        );
    }

    /// <summary>The wait when the node had no room; costs no attempt.</summary>
    public TimeSpan WhenOverloaded() => Jitter(first);

    private TimeSpan Jitter(TimeSpan ceiling)
    {
        lock (_lock)
        {
            return ceiling * (0.5 + (random.NextDouble() / 2));
        }
    }
}
