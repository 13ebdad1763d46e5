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

    [LoggerMessage(
        4002,
        LogLevel.Error,
        "The uploaded version of {App} is left out: {File} is damaged, {Reason}; "
            + "upload the app again."
    )]
    public static partial void PackageDamaged(
        ILogger logger,
        Exception? exception,
        string app,
        string file,
        string reason
    );

    [LoggerMessage(4003, LogLevel.Error, "{File} cannot be read, written or deleted.")]
    public static partial void PackageFileFailed(ILogger logger, Exception exception, string file);

    [LoggerMessage(
        4004,
        LogLevel.Information,
        "The uploaded version {Hash} of {App} is no longer used: the host's own has changed."
    )]
    public static partial void UploadSuperseded(ILogger logger, string app, string hash);

    [LoggerMessage(
        4005,
        LogLevel.Error,
        "The uploaded version {Hash} of {App} was rejected; the host's own takes its place, if any."
    )]
    public static partial void UploadRejected(
        ILogger logger,
        Exception exception,
        string app,
        string hash
    );

    [LoggerMessage(4006, LogLevel.Debug, "{Path} could not be deleted.")]
    public static partial void TemporaryLeft(ILogger logger, Exception exception, string path);

    [LoggerMessage(4007, LogLevel.Information, "Takes joins of nodes with a token on port {Port}.")]
    public static partial void JoinsTaken(ILogger logger, int port);

    [LoggerMessage(4008, LogLevel.Warning, "Takes no joins although there are tokens: {Reason}")]
    public static partial void JoinsNotTaken(ILogger logger, string reason);

    [LoggerMessage(4009, LogLevel.Warning, "The nodes that are known cannot be kept: {Reason}")]
    public static partial void NodesNotKept(ILogger logger, string reason);

    [LoggerMessage(4010, LogLevel.Information, "The host has joined as node {Node}.")]
    public static partial void Joined(ILogger logger, uint node);
}
