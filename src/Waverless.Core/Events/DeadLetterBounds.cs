namespace Waverless.Events;

/// <summary>How many dead letters are kept, and how long.</summary>
internal sealed record DeadLetterBounds
{
    /// <summary>Default of <see cref="PerAppMax"/>.</summary>
    public const int PerAppMaxDefault = 10_000;

    /// <summary>Default of <see cref="Retention"/>.</summary>
    public static readonly TimeSpan RetentionDefault = TimeSpan.FromDays(14);

    /// <summary>Dead letters of one app; beyond it the oldest go.</summary>
    public int PerAppMax { get; init; } = PerAppMaxDefault;

    /// <summary>After that long they go.</summary>
    public TimeSpan Retention { get; init; } = RetentionDefault;
}
