using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Kv;

namespace Waverless.Timers;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Error, "Deadlines of {Partition} failed; tried again.")]
    public static partial void SweepFailed(
        ILogger logger,
        Exception failure,
        PartitionId partition
    );

    [LoggerMessage(1601, LogLevel.Warning, "Expiry in {Partition} refused: {Reason}")]
    public static partial void ExpiryRefused(ILogger logger, PartitionId partition, string? reason);

    [LoggerMessage(1602, LogLevel.Warning, "Firing timers of {Partition} refused: {Reason}")]
    public static partial void FiringRefused(ILogger logger, PartitionId partition, string? reason);

    [LoggerMessage(1603, LogLevel.Error, "Timer '{Timer}' of {Partition} is unreadable; left out.")]
    public static partial void TimerUnreadable(ILogger logger, PartitionId partition, string timer);

    [LoggerMessage(
        1604,
        LogLevel.Warning,
        "Timer '{Timer}' of {Partition} rests: its function '{Function}' is not deployed."
    )]
    public static partial void TimerRests(
        ILogger logger,
        PartitionId partition,
        string timer,
        string function
    );

    [LoggerMessage(1605, LogLevel.Error, "Timer '{Timer}' of {Partition} rests: {Reason}")]
    public static partial void TimerBroken(
        ILogger logger,
        PartitionId partition,
        string timer,
        string reason
    );

    [LoggerMessage(
        1606,
        LogLevel.Warning,
        "Timer '{Timer}' of {Partition} skipped its moments up to {Latest} (Unix milliseconds)."
    )]
    public static partial void Skipped(
        ILogger logger,
        PartitionId partition,
        string timer,
        long latest
    );

    [LoggerMessage(1607, LogLevel.Error, "Setting up the timers of '{App}' failed; tried again.")]
    public static partial void SetupFailed(ILogger logger, Exception failure, string app);

    [LoggerMessage(1608, LogLevel.Warning, "Setting up timers of {Partition} refused: {Reason}")]
    public static partial void SetupRefused(ILogger logger, PartitionId partition, string? reason);
}
