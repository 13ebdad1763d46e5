using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Scheduling.Warming;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(1801, LogLevel.Warning, "'{App}' could not be made warm, or cooler.")]
    public static partial void WarmingFailed(ILogger logger, Exception failure, string app);
}
