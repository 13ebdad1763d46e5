namespace Waverless.Cluster.Calls;

/// <summary>How a call between nodes failed.</summary>
internal enum CallFailure
{
    /// <summary>It did not: the function has answered, or refused.</summary>
    None,

    /// <summary>The function has certainly not begun: another try is safe.</summary>
    NotBegun,

    /// <summary>It may have begun, and have had its effects.</summary>
    MayHaveBegun,

    /// <summary>The node does not run the caller's version of the app; nothing was done.</summary>
    OtherVersion,
}
