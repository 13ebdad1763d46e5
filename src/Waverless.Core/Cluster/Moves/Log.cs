using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Kv;

namespace Waverless.Cluster.Moves;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(1540, LogLevel.Warning, "The cluster's map cannot be reached: {Reason}")]
    public static partial void MapUnreachable(ILogger logger, string reason);

    [LoggerMessage(1541, LogLevel.Warning, "Taking up or deleting partitions failed: {Reason}")]
    public static partial void KeepingFailed(ILogger logger, string reason);

    [LoggerMessage(1542, LogLevel.Information, "{Partition} is at home here now.")]
    public static partial void TakenUp(ILogger logger, PartitionId partition);

    [LoggerMessage(1543, LogLevel.Information, "{Partition} is at home on node {Home}: deleted.")]
    public static partial void Deleted(ILogger logger, PartitionId partition, NodeId home);

    [LoggerMessage(
        1544,
        LogLevel.Information,
        "{Shards} shards with {Partitions} partitions have moved to node {Node}: {Records} "
            + "records, {Bytes} bytes; closed for {Pause}."
    )]
    public static partial void Moved(
        ILogger logger,
        int shards,
        int partitions,
        NodeId node,
        ulong records,
        long bytes,
        TimeSpan pause
    );

    [LoggerMessage(
        1545,
        LogLevel.Warning,
        "Moving {Shards} shards to node {Node} has failed, they stay here: {Reason}"
    )]
    public static partial void MoveFailed(ILogger logger, int shards, NodeId node, string reason);

    [LoggerMessage(1546, LogLevel.Warning, "Looking after the cluster's shards failed: {Reason}")]
    public static partial void BalancingFailed(ILogger logger, string reason);
}
