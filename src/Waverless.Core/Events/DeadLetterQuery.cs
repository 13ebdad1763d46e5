using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Selects dead letters and parked events; what is null selects all.</summary>
public sealed record DeadLetterQuery
{
    /// <summary>Most dead letters of one page.</summary>
    public const int PageMax = 1_000;

    /// <summary>Of which app.</summary>
    public string? App { get; init; }

    /// <summary>Of which function, by its name within its app.</summary>
    public string? Function { get; init; }

    /// <summary>How the key, or the ordering key, begins.</summary>
    public KvKey? KeyPrefix { get; init; }

    /// <summary>Of which kind the last error was.</summary>
    public ErrorClass? Error { get; init; }

    /// <summary>They failed for good at least this long ago.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Only parked ones (true), or only dead letters (false).</summary>
    public bool? Parked { get; init; }

    /// <summary>Those behind this one, in the order of lists.</summary>
    public DeadLetterId? After { get; init; }

    /// <summary>Most to return, 1 to 1,000. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    internal bool Covers(PartitionId partition) => App is null || App == partition.App;

    internal bool Covers(string function) => Function is null || Function == function;

    internal bool Covers(DeadLetter letter, long nowMs) =>
        (Parked is null || Parked == letter.IsParked)
        && (Error is null || Error == letter.Error)
        && (OlderThan is not { } age || nowMs - letter.FailedMs >= age.TotalMilliseconds)
        && (
            KeyPrefix is not { } prefix || letter.Key is { } key && key.Span.StartsWith(prefix.Span)
        );
}

/// <summary>One page of a list.</summary>
/// <param name="Letters">Those found, in order.</param>
/// <param name="Next">Where the next page begins; null: this was the last one.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, DeadLetterId? Next);
