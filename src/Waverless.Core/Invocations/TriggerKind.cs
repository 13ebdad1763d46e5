namespace Waverless.Invocations;

/// <summary>What started an invocation.</summary>
public enum TriggerKind
{
    /// <summary>Code of the host, through <see cref="IFunctionInvoker"/>.</summary>
    Host,

    /// <summary>An HTTP request.</summary>
    Http,

    /// <summary>A call by another function.</summary>
    Rpc,

    /// <summary>A key was written.</summary>
    KeySet,

    /// <summary>A key was deleted.</summary>
    KeyDelete,

    /// <summary>A message.</summary>
    Message,

    /// <summary>A timer.</summary>
    Timer,

    /// <summary>A key was deleted because its deadline had passed.</summary>
    KeyExpired,
}
