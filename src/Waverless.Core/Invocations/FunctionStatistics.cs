namespace Waverless.Invocations;

/// <summary>
/// What is known of a function's run time, to decide where it may run. Updates race on purpose:
/// a lost count changes no decision.
/// </summary>
internal sealed class FunctionStatistics(TimeProvider time)
{
    /// <summary>Runs before a function can count as short: the unknown counts as long.</summary>
    public const int SamplesMin = 32;

    /// <summary>At this many runs the counts are halved, so that old behaviour fades.</summary>
    public const int SamplesMax = 8_192;

    /// <summary>
    /// Runs for which a function that blocked a caller's thread is kept off them.
    /// </summary>
    public const int BlockedPenalty = 10_000;

    /// <summary>A run of at least that many milliseconds counts as long.</summary>
    public const int LongMs = 50;

    /// <summary>Runs before a function can count as long.</summary>
    public const int LongSamplesMin = 4;

    private readonly long _shortTicks = time.TimestampFrequency / 1_000;
    private readonly long _longTicks = time.TimestampFrequency * LongMs / 1_000;
    private int _runs;
    private int _slow;
    private int _long;
    private int _penalty;

    /// <summary>Whether the observed p99 is under 1 ms, waits included.</summary>
    public bool IsQuick => _runs >= SamplesMin && _slow * 100L < _runs;

    /// <summary>Whether it is quick and nothing blocked a caller's thread lately.</summary>
    public bool IsShort => _penalty == 0 && IsQuick;

    /// <summary>Whether most of the observed runs took 50 ms or more.</summary>
    public bool IsLong => _runs >= LongSamplesMin && _long * 2 > _runs;

    public void Ran(long ticks)
    {
        if (_penalty > 0)
        {
            _penalty--;
        }

        if (ticks >= _shortTicks)
        {
            _slow++;
            if (ticks >= _longTicks)
            {
                _long++;
            }
        }

        if (++_runs >= SamplesMax)
        {
            _runs /= 2;
            _slow /= 2;
            _long /= 2;
        }
    }

    public void Blocked() => _penalty = BlockedPenalty;
}
