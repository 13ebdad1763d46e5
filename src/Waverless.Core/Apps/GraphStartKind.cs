namespace Waverless.Apps;

/// <summary>What can start a function.</summary>
public enum GraphStartKind
{
    /// <summary>An HTTP method.</summary>
    Http,

    /// <summary>A call by another function.</summary>
    Rpc,

    /// <summary>A write of a key.</summary>
    Set,

    /// <summary>The write of a key that was absent.</summary>
    New,

    /// <summary>The removal of a key.</summary>
    Delete,

    /// <summary>A message.</summary>
    Message,

    /// <summary>A timer.</summary>
    Timer,
}
