namespace Waverless.Timers;

/// <summary>The moments of a timer that have come.</summary>
/// <param name="Last">The last of them, in order.</param>
/// <param name="Missed">
/// Those before, counted to <see cref="TimerLimits.MissedCountMax"/>.
/// </param>
internal readonly record struct DueMoments(IReadOnlyList<long> Last, int Missed);
