using Waverless.Cluster;

namespace Waverless.Messaging;

/// <summary>A failure between nodes: what, where, and whether the work may have been done.</summary>
/// <param name="Code">What failed.</param>
/// <param name="At">The node that found it.</param>
/// <param name="Message">One sentence for a person; names the address.</param>
public sealed record TransportError(TransportErrorCode Code, NodeId At, string Message)
{
    /// <summary>
    /// Whether the other side may have begun the work: repeating it is safe only for what may
    /// happen twice.
    /// </summary>
    public bool MayHaveBegun =>
        Code
            is TransportErrorCode.ConnectionLost
                or TransportErrorCode.TimedOut
                or TransportErrorCode.Cancelled
                or TransportErrorCode.Malformed
                or TransportErrorCode.HandlerFailed;
}
