using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Invocations;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(EventId = 1200, Message = "[{Invocation}] {Message}")]
    public static partial void Function(
        ILogger logger,
        LogLevel level,
        ulong invocation,
        string message
    );
}
