using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Transport.Diagnostics;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(
        3000,
        LogLevel.Information,
        "Nodes are reached over {Wire} at {Address}: {Reason}"
    )]
    public static partial void Listening(
        ILogger logger,
        string wire,
        NodeAddress address,
        string reason
    );

    [LoggerMessage(3001, LogLevel.Warning, "A connection could not be accepted: {Reason}")]
    public static partial void NotAccepted(ILogger logger, string reason);

    [LoggerMessage(3002, LogLevel.Warning, "A connection from {Remote} was refused: {Reason}")]
    public static partial void Refused(ILogger logger, string remote, string reason);

    [LoggerMessage(3003, LogLevel.Information, "Connected to node {Address} over {Wire}.")]
    public static partial void Connected(ILogger logger, NodeAddress address, string wire);

    [LoggerMessage(3004, LogLevel.Warning, "The connection to node {Address} ended: {Reason}")]
    public static partial void Lost(ILogger logger, NodeAddress address, string reason);

    [LoggerMessage(
        EventId = 3005,
        Message = "Node {Address} cannot be reached ({Code}): {Reason} Next attempt in {Pause}."
    )]
    public static partial void NotConnected(
        ILogger logger,
        LogLevel level,
        NodeAddress address,
        TransportErrorCode code,
        string reason,
        TimeSpan pause
    );

    [LoggerMessage(3006, LogLevel.Error, "The handler of kind {Kind} from node {Peer} failed.")]
    public static partial void HandlerFailed(
        ILogger logger,
        Exception exception,
        int kind,
        NodeId peer
    );

    [LoggerMessage(3007, LogLevel.Warning, "Node {Peer} broke the protocol: {Reason}")]
    public static partial void Malformed(ILogger logger, NodeId peer, string reason);

    [LoggerMessage(3008, LogLevel.Warning, "A join was refused: {Reason}")]
    public static partial void JoinRefused(ILogger logger, string reason);

    [LoggerMessage(3009, LogLevel.Information, "Node {Node} joined with the token {Token}.")]
    public static partial void Joined(ILogger logger, NodeId node, string token);
}
