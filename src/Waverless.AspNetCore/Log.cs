using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Waverless.AspNetCore;

/// <summary>Messages of the HTTP front, ids 5000-5099.</summary>
[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(
        5000,
        LogLevel.Warning,
        "Refused the management request {Path} from {Remote}: {Code}",
        EventName = "ManagementRefused"
    )]
    public static partial void ManagementRefused(
        ILogger logger,
        PathString path,
        IPAddress? remote,
        string code
    );

    [LoggerMessage(
        5001,
        LogLevel.Information,
        "Uploaded {App}, version {Version}",
        EventName = "Uploaded"
    )]
    public static partial void Uploaded(ILogger logger, string app, string version);

    [LoggerMessage(
        5002,
        LogLevel.Warning,
        "Rejected an upload: {Reason}",
        EventName = "UploadRejected"
    )]
    public static partial void UploadRejected(ILogger logger, string? reason);

    [LoggerMessage(
        5003,
        LogLevel.Error,
        "Deployed {App}, but could not keep its package for the next start",
        EventName = "PackageNotKept"
    )]
    public static partial void PackageNotKept(ILogger logger, Exception failure, string app);

    [LoggerMessage(
        5004,
        LogLevel.Information,
        "Rolled {App} back to version {Version}",
        EventName = "RolledBack"
    )]
    public static partial void RolledBack(ILogger logger, string app, string version);
}
