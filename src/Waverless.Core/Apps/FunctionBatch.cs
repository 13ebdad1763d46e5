namespace Waverless.Apps;

/// <summary>
/// Events that start one invocation together: as many as there are when the first of them has
/// waited long enough, or as many as one window holds. Immutable.
/// </summary>
/// <param name="Events">Most events in one window: 2 to 1,000.</param>
/// <param name="Within">How long the first waits for company: 0 to 1 min.</param>
public sealed record FunctionBatch(int Events, TimeSpan Within)
{
    /// <summary>Most <see cref="Events"/>.</summary>
    public const int EventsMax = 1_000;

    /// <summary>Most <see cref="Within"/>: 1 minute.</summary>
    public static readonly TimeSpan WithinMax = TimeSpan.FromMinutes(1);
}
