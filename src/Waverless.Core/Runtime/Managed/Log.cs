using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Waverless.Apps;

namespace Waverless.Runtime.Managed;

// Event ids of the managed runtime: 1400 to 1449.
[ExcludeFromCodeCoverage]
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Error, "Function {Function} threw in invocation {Invocation}.")]
    public static partial void FunctionThrew(
        this ILogger log,
        Exception exception,
        FunctionAddress function,
        ulong invocation
    );

    [LoggerMessage(
        1401,
        LogLevel.Warning,
        "Function {Function} goes on after its invocation {Invocation} ended {Status}; "
            + "it should observe its CancellationToken. Running on like this: {Abandoned}."
    )]
    public static partial void FunctionAbandoned(
        this ILogger log,
        FunctionAddress function,
        ulong invocation,
        Invocations.InvocationStatus status,
        int abandoned
    );

    [LoggerMessage(
        1402,
        LogLevel.Warning,
        "Function {Function} ended by an exception after its invocation {Invocation} had ended."
    )]
    public static partial void AbandonedFunctionThrew(
        this ILogger log,
        Exception exception,
        FunctionAddress function,
        ulong invocation
    );

    [LoggerMessage(
        1403,
        LogLevel.Warning,
        "Disposing the services of function {Function}, invocation {Invocation}, failed."
    )]
    public static partial void ReleaseFailed(
        this ILogger log,
        Exception exception,
        FunctionAddress function,
        ulong invocation
    );

    [LoggerMessage(1404, LogLevel.Warning, "A callback on a function's CancellationToken threw.")]
    public static partial void CancellationCallbackFailed(this ILogger log, Exception exception);
}
