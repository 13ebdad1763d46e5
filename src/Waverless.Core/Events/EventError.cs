namespace Waverless.Events;

/// <summary>Why one attempt to run an event failed.</summary>
/// <param name="Attempt">Which attempt, from 1; 0 for an event that was never tried.</param>
/// <param name="TimeMs">When, Unix milliseconds.</param>
/// <param name="Class">What kind of failure.</param>
/// <param name="Text">What failed and what was expected; cut at 1,024 characters.</param>
public readonly record struct EventError(int Attempt, long TimeMs, ErrorClass Class, string Text)
{
    /// <summary>Longest text that is kept, in characters.</summary>
    internal const int TextCharsMax = 1_024;
}
