namespace Waverless.Apps;

/// <summary>What an invocation of an owned instance runs in.</summary>
public enum InstanceMode
{
    /// <summary>A fresh sandbox for each invocation, the default.</summary>
    Fresh,

    /// <summary>An instance that earlier invocations of the function have used.</summary>
    Reuse,
}
