using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Cluster;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(
        1500,
        LogLevel.Warning,
        "Functions still run {Timeout} after they were cancelled; the store closes under them."
    )]
    public static partial void StopAbandoned(ILogger logger, TimeSpan timeout);

    [LoggerMessage(
        1501,
        LogLevel.Warning,
        "Triggers are paused: events wait in the store. Resume them by ITriggerSwitch."
    )]
    public static partial void TriggersPaused(ILogger logger);
}
