using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Storage.Diagnostics;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(
        2000,
        LogLevel.Error,
        "The disk is full: writes are refused, reads go on, until there is room. {Reason}"
    )]
    public static partial void Full(ILogger logger, string? reason);

    [LoggerMessage(2001, LogLevel.Information, "The disk has room again: writes are taken.")]
    public static partial void Serving(ILogger logger);

    [LoggerMessage(
        2002,
        LogLevel.Critical,
        "The disk failed: the store takes no writes until it is opened again. {Reason}"
    )]
    public static partial void Stopped(ILogger logger, string? reason);
}
