using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Hosting;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Waverless is ready with {Apps} apps in {Elapsed}.")]
    public static partial void Ready(ILogger logger, int apps, TimeSpan elapsed);

    [LoggerMessage(4001, LogLevel.Information, "Waverless has stopped.")]
    public static partial void Stopped(ILogger logger);
}
