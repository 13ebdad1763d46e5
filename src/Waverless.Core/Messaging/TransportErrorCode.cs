namespace Waverless.Messaging;

/// <summary>Why a message was not answered.</summary>
public enum TransportErrorCode
{
    /// <summary>Nothing failed.</summary>
    None = 0,

    /// <summary>No connection to the node; nothing has reached it.</summary>
    Unreachable = 1,

    /// <summary>
    /// The connection was lost after the message had left: it may have been handled or not.
    /// </summary>
    ConnectionLost = 2,

    /// <summary>No answer within the timeout: it may have been handled or not.</summary>
    TimedOut = 3,

    /// <summary>The caller's token was cancelled; the other side was told.</summary>
    Cancelled = 4,

    /// <summary>A bound of this node or of the other one is reached; nothing was handled.</summary>
    Overloaded = 5,

    /// <summary>The message is larger than the bound; nothing was sent.</summary>
    TooLarge = 6,

    /// <summary>The other side speaks no version of the protocol that this one speaks.</summary>
    VersionMismatch = 7,

    /// <summary>
    /// No certificate of the cluster, or another node than the expected one answered.
    /// </summary>
    NotTrusted = 8,

    /// <summary>The other side broke the protocol; the connection was closed.</summary>
    Malformed = 9,

    /// <summary>The other side's handler failed, or has none for this kind.</summary>
    HandlerFailed = 10,

    /// <summary>The transport is stopped; nothing was sent.</summary>
    Stopped = 11,
}
