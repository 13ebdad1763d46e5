using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

[ExcludeFromCodeCoverage]
internal static partial class MembershipLog
{
    [LoggerMessage(
        1700,
        LogLevel.Information,
        "Node {Node}: {Before} -> {After} (boot {Boot}, incarnation {Incarnation}): {Why}."
    )]
    public static partial void Changed(
        ILogger logger,
        NodeAddress node,
        string before,
        MemberState after,
        ulong boot,
        ulong incarnation,
        string why
    );

    [LoggerMessage(1701, LogLevel.Information, "Node {Node}, {State} for long, is forgotten.")]
    public static partial void Forgotten(ILogger logger, NodeAddress node, MemberState state);

    [LoggerMessage(
        1702,
        LogLevel.Warning,
        "Node {By} took this node for {State} (incarnation {Incarnation}): it objects."
    )]
    public static partial void Objected(
        ILogger logger,
        NodeId by,
        MemberState state,
        ulong incarnation
    );

    [LoggerMessage(
        1703,
        LogLevel.Critical,
        "Another process of node {Node} listens at {Address} and was started later (boot {Other}, "
            + "this one {Own}): this one takes part no more. Give it an id of its own, or stop it."
    )]
    public static partial void Replaced(
        ILogger logger,
        NodeId node,
        NodeAddress address,
        ulong other,
        ulong own
    );

    [LoggerMessage(1704, LogLevel.Warning, "Node {From} sent {What} as membership: ignored.")]
    public static partial void Malformed(ILogger logger, NodeId from, string what);

    [LoggerMessage(
        1705,
        LogLevel.Warning,
        "Nobody has heard within {Timeout} that this node leaves: it will be suspected instead."
    )]
    public static partial void GoodbyeUnheard(ILogger logger, TimeSpan timeout);

    [LoggerMessage(1706, LogLevel.Error, "A listener to changes of the membership failed.")]
    public static partial void ListenerFailed(ILogger logger, Exception failure);
}
