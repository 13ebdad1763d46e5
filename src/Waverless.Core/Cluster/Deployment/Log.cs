using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Waverless.Cluster.Deployment;

[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(
        1520,
        LogLevel.Warning,
        "The cluster's catalog cannot be followed now, and is asked for again: {Why}"
    )]
    public static partial void CatalogUnreachable(ILogger logger, string why);

    [LoggerMessage(
        1521,
        LogLevel.Warning,
        "'{App}' {Hash} could not be brought to '{Phase}' here: {Why}"
    )]
    public static partial void DeploymentFailed(
        ILogger logger,
        string app,
        string hash,
        DeployPhase phase,
        string why
    );
}
