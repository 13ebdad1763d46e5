using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Apps;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "Deployed {App} as version {Hash}.")]
    public static partial void Deployed(ILogger logger, string app, string hash);

    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "Version {Hash} of {App} still runs invocations {Timeout} after it was replaced."
    )]
    public static partial void DrainTimedOut(
        ILogger logger,
        string app,
        string hash,
        TimeSpan timeout
    );
}
