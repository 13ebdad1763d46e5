namespace Waverless.Apps;

/// <summary>
/// How often and when a failed event is tried again; what is null is as the next wider rule says:
/// the function's, the app's, the node's.
/// </summary>
public sealed record RetryRule
{
    /// <summary>Most <see cref="Attempts"/>.</summary>
    public const int AttemptsMost = 100;

    /// <summary>Least pause that can be asked for: 1 ms.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(1);

    /// <summary>Longest pause that can be asked for: 24 hours.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromHours(24);

    /// <summary>The rule that leaves everything to the next wider one.</summary>
    public static RetryRule Inherited { get; } = new();

    /// <summary>The rule that never tries again.</summary>
    public static RetryRule Never { get; } = new() { Attempts = 1 };

    /// <summary>Attempts in all, the first one included: 1 to 100.</summary>
    public int? Attempts { get; init; }

    /// <summary>Longest pause before the second attempt; it doubles from there.</summary>
    public TimeSpan? First { get; init; }

    /// <summary>Longest pause before any attempt.</summary>
    public TimeSpan? Longest { get; init; }

    /// <summary>How much of a pause is left to chance.</summary>
    public RetryJitter? Jitter { get; init; }

    /// <summary>This rule where it says something, else the other.</summary>
    internal RetryRule Over(RetryRule wider) =>
        new()
        {
            Attempts = Attempts ?? wider.Attempts,
            First = First ?? wider.First,
            Longest = Longest ?? wider.Longest,
            Jitter = Jitter ?? wider.Jitter,
        };
}
