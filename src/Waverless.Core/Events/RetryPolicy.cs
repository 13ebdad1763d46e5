using Waverless.Apps;

namespace Waverless.Events;

/// <summary>
/// When a failed event runs again: exponential backoff with jitter (AWS Architecture Blog,
/// "Exponential Backoff And Jitter", 2015; half of the wait is certain by default), then never.
/// What a function does not say itself is as the node does.
/// </summary>
internal sealed class RetryPolicy(int attemptsMax, TimeSpan first, TimeSpan longest, Random random)
{
    private readonly Lock _lock = new();

    public const int AttemptsMaxDefault = 5;

    /// <summary>Longest wait before the second attempt.</summary>
    public static readonly TimeSpan FirstDefault = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait before any attempt.</summary>
    public static readonly TimeSpan LongestDefault = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The wait after that many failed attempts, the last of which failed in that way; null: out
    /// of attempts.
    /// </summary>
    public TimeSpan? After(int failedAttempts, FunctionRetry retry, ErrorClass error)
    {
        var rule = retry.Of(error);
        if (failedAttempts >= (rule.Attempts ?? attemptsMax))
        {
            return null;
        }

        // In numbers that cannot overflow; a TimeSpan could.
        var doublings = Math.Pow(2, Math.Min(failedAttempts - 1, 30));
        var ceilingMs = Math.Min(
            (rule.First ?? first).TotalMilliseconds * doublings,
            (rule.Longest ?? longest).TotalMilliseconds
        );
        return Jitter(TimeSpan.FromMilliseconds(ceilingMs), rule.Jitter ?? RetryJitter.Equal);
    }

    /// <summary>The wait when the node had no room; costs no attempt.</summary>
    public TimeSpan WhenOverloaded() => Jitter(first, RetryJitter.Equal);

    private TimeSpan Jitter(TimeSpan ceiling, RetryJitter jitter)
    {
        if (jitter == RetryJitter.None)
        {
            return ceiling;
        }

        lock (_lock)
        {
            var chance = random.NextDouble();
            return ceiling * (jitter == RetryJitter.Full ? chance : 0.5 + (chance / 2));
        }
    }
}
