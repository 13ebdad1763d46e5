namespace Waverless.Functions;

/// <summary>A timer starts the function, again and again.</summary>
/// <param name="schedule">
/// An interval of 100 ms to 366 days, such as <c>30s</c> or <c>5m</c>, or a cron expression of five
/// or six fields, such as <c>0 3 * * *</c>.
/// </param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class TimerAttribute(string schedule) : Attribute
{
    /// <summary>When.</summary>
    public string Schedule { get; } = schedule;
}
