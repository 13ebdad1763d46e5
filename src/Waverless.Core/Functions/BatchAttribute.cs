namespace Waverless.Functions;

/// <summary>
/// Several events start the function at once; a parameter of type
/// <c>IReadOnlyList&lt;FunctionEvent&gt;</c> takes them.
/// </summary>
/// <param name="events">Most events of one invocation: 1 to 1,000.</param>
/// <param name="withinMs">
/// How long the first waits for company, in milliseconds: 0 to 60,000.
/// </param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class BatchAttribute(int events, long withinMs) : Attribute
{
    /// <summary>Most events of one invocation.</summary>
    public int Events { get; } = events;

    /// <summary>How long the first waits for company, in milliseconds.</summary>
    public long WithinMs { get; } = withinMs;
}
