namespace Waverless.Apps;

/// <summary>How an HTTP request reaches a function.</summary>
public enum CallKind
{
    /// <summary>The platform calls the function (<c>call: indirect</c>).</summary>
    Indirect,

    /// <summary>The request goes on to the app's own handler (<c>call: direct</c>).</summary>
    Direct,
}
