using Waverless.Events;

namespace Waverless.Functions;

/// <summary>How failed events of the function are tried again.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class RetryAttribute : Attribute
{
    /// <summary>Attempts, the first included; 1: never again.</summary>
    /// <value>1 to 100. Default: as the node does, 5.</value>
    public int Attempts { get; set; }

    /// <summary>Longest pause before the second attempt, in milliseconds.</summary>
    /// <value>1 to 86,400,000. Default: 100.</value>
    public long FirstMs { get; set; }

    /// <summary>Longest pause before any attempt, in milliseconds.</summary>
    /// <value>1 to 86,400,000. Default: 30,000.</value>
    public long LongestMs { get; set; }

    /// <summary>For which failures this holds.</summary>
    /// <value>Default: for all that no other attribute names.</value>
    public ErrorClass On { get; set; }
}
