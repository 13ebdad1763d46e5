using Waverless.Invocations;

namespace Waverless.Events;

/// <summary>Sorts outcomes into error classes, and names the classes as manifests do.</summary>
internal static class ErrorClasses
{
    /// <summary>Names in manifests and in queries.</summary>
    public static string Name(ErrorClass error) =>
        error switch
        {
            ErrorClass.Failed => "failed",
            ErrorClass.Trapped => "trapped",
            ErrorClass.TimedOut => "timed_out",
            ErrorClass.Conflict => "conflict",
            ErrorClass.Permission => "permission",
            ErrorClass.TooLarge => "too_large",
            ErrorClass.BadPayload => "bad_payload",
            ErrorClass.FunctionGone => "function_gone",
            ErrorClass.DepthExceeded => "depth_exceeded",
            _ => "other",
        };

    /// <summary>The class of that name; null: there is none.</summary>
    public static ErrorClass? Parse(string name)
    {
        foreach (var error in Enum.GetValues<ErrorClass>())
        {
            if (Name(error) == name)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>The class of a failed outcome that costs an attempt.</summary>
    public static ErrorClass Of(InvocationStatus status) =>
        status switch
        {
            InvocationStatus.Failed or InvocationStatus.Diverged => ErrorClass.Failed,
            InvocationStatus.Trapped
            or InvocationStatus.StackExhausted
            or InvocationStatus.OutOfMemory => ErrorClass.Trapped,
            InvocationStatus.TimedOut => ErrorClass.TimedOut,
            InvocationStatus.Conflict or InvocationStatus.LockLost => ErrorClass.Conflict,
            InvocationStatus.PermissionDenied
            or InvocationStatus.NotCallable
            or InvocationStatus.NotFound => ErrorClass.Permission,
            InvocationStatus.TooLarge
            or InvocationStatus.PayloadTooLarge
            or InvocationStatus.TooManyReads => ErrorClass.TooLarge,
            InvocationStatus.BadPayload => ErrorClass.BadPayload,
            _ => ErrorClass.Other,
        };
}
