using Waverless.Apps;

namespace Waverless.Functions;

/// <summary>
/// Names a function and bounds it. A method that carries no trigger beside it is started by HTTP
/// GET and POST and by calls of other functions.
/// </summary>
/// <param name="name">
/// The function's name. Default: null, the method's name in lower case with underscores and without
/// <c>Async</c>, such as <c>place_order</c> for <c>PlaceOrderAsync</c>.
/// </param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class FunctionAttribute(string? name = null) : Attribute
{
    /// <summary>The function's name; null: it follows from the method's.</summary>
    public string? Name { get; } = name;

    /// <summary>Longest run of one invocation, in milliseconds.</summary>
    /// <value>1 to 86,400,000. Default: 30,000.</value>
    public long TimeoutMs { get; set; }

    /// <summary>Invocations that run at once.</summary>
    /// <value>1 to 65,536. Default: 256.</value>
    public int Concurrency { get; set; }

    /// <summary>Invocations that wait for their turn.</summary>
    /// <value>0 (none waits) to 1,048,576. Default: 1,024.</value>
    public int Queue { get; set; }

    /// <summary>Largest payload, in bytes.</summary>
    /// <value>0 to 1 GiB. Default: 16 MiB.</value>
    public long Body { get; set; }

    /// <summary>What becomes of an event that is out of attempts.</summary>
    /// <value>Default: a dead letter.</value>
    public PoisonPolicy OnPoison { get; set; }

    /// <summary>Whether key events carry the value as it was, up to 16 KiB.</summary>
    /// <value>Default: false, the function reads the newest value.</value>
    public bool ValueAtEvent { get; set; }

    /// <summary>When its writes commit.</summary>
    /// <value>Default: atomic, all at once when it returns.</value>
    public CommitMode Commit { get; set; }
}
