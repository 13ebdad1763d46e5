using Waverless.Apps;

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

    /// <summary>Time zone of a cron expression, by its IANA name.</summary>
    /// <value>Default: <c>UTC</c>.</value>
    public string Zone { get; set; } = "UTC";

    /// <summary>What becomes of moments that have passed.</summary>
    /// <value>Default: the last one runs.</value>
    public MisfirePolicy Misfire { get; set; }

    /// <summary>
    /// Whether a run may begin before the one for an earlier moment has ended.
    /// </summary>
    /// <value>Default: false; it waits for it.</value>
    public bool MayOverlap { get; set; }
}
