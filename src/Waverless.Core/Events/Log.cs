using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Warning, "Bookkeeping of {Partition} was refused: {Reason}")]
    public static partial void BookkeepingRefused(
        ILogger logger,
        PartitionId partition,
        string? reason
    );

    [LoggerMessage(1101, LogLevel.Error, "Bookkeeping of {Partition} failed.")]
    public static partial void BookkeepingFailed(
        ILogger logger,
        Exception failure,
        PartitionId partition
    );

    [LoggerMessage(
        1102,
        LogLevel.Error,
        "An event record of {Partition}/{Function} at {Position} cannot be read; it stays stored."
    )]
    public static partial void RecordUnreadable(
        ILogger logger,
        PartitionId partition,
        string function,
        EventPosition position
    );

    [LoggerMessage(1103, LogLevel.Error, "Background work failed.")]
    public static partial void BackgroundFailed(ILogger logger, Exception failure);

    [LoggerMessage(
        1104,
        LogLevel.Warning,
        "{Function} failed on event {Event}, attempt {Attempt}: {Status}: {Error}"
    )]
    public static partial void EventFailed(
        ILogger logger,
        FunctionAddress function,
        EventId @event,
        int attempt,
        InvocationStatus status,
        string? error
    );

    [LoggerMessage(1105, LogLevel.Error, "Dead letter {Event} of {Function}: {Error}")]
    public static partial void Buried(
        ILogger logger,
        FunctionAddress function,
        EventId @event,
        string error
    );

    [LoggerMessage(1106, LogLevel.Error, "Reading events of {Partition} failed; tried again.")]
    public static partial void ReadFailed(ILogger logger, Exception failure, PartitionId partition);

    [LoggerMessage(1107, LogLevel.Error, "Running event {Event} of {Function} failed.")]
    public static partial void RunFailed(
        ILogger logger,
        Exception failure,
        FunctionAddress function,
        EventId @event
    );

    [LoggerMessage(
        1108,
        LogLevel.Information,
        "Taking up events of {App}/{Function} that an earlier run left."
    )]
    public static partial void TakingUp(ILogger logger, string app, string function);

    [LoggerMessage(
        1109,
        LogLevel.Warning,
        "A window of {Count} events failed in {Function}, each runs again alone: {Status}: {Error}"
    )]
    public static partial void WindowFailed(
        ILogger logger,
        FunctionAddress function,
        int count,
        InvocationStatus status,
        string? error
    );

    [LoggerMessage(1110, LogLevel.Error, "Parked {Event} of {Function} with its key: {Error}")]
    public static partial void Parked(
        ILogger logger,
        FunctionAddress function,
        EventId @event,
        string error
    );

    [LoggerMessage(
        1111,
        LogLevel.Warning,
        "Dropped {Count} dead letters of {App}: more than {Max} are not kept."
    )]
    public static partial void DeadLettersEvicted(ILogger logger, string app, int count, int max);

    [LoggerMessage(
        1112,
        LogLevel.Information,
        "Dropped {Count} dead letters of {App} that are older than {Retention}."
    )]
    public static partial void DeadLettersExpired(
        ILogger logger,
        string app,
        int count,
        TimeSpan retention
    );

    [LoggerMessage(1113, LogLevel.Information, "Replayed {Count} dead letters of {App}.")]
    public static partial void DeadLettersReplayed(ILogger logger, string app, int count);

    [LoggerMessage(1114, LogLevel.Information, "Dropped {Count} dead letters of {App} on demand.")]
    public static partial void DeadLettersDropped(ILogger logger, string app, int count);
}
