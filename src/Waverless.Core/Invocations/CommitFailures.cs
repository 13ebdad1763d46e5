using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>What a commit that did not take effect means for the invocation that made it.</summary>
internal static class CommitFailures
{
    public static InvocationStatus StatusOf(in CommitResult result) =>
        result switch
        {
            { Status: CommitStatus.ConditionFailed } => InvocationStatus.Conflict,
            { Status: CommitStatus.Unknown } => InvocationStatus.StorageFailed,
            _ => result.Rejection switch
            {
                CommitRejection.StorageFull => InvocationStatus.StorageFull,
                CommitRejection.Overloaded => InvocationStatus.Overloaded,
                CommitRejection.TooLarge => InvocationStatus.TooLarge,
                CommitRejection.CrossPartition => InvocationStatus.PermissionDenied,
                CommitRejection.QuotaExceeded => InvocationStatus.QuotaExceeded,
                CommitRejection.Closed or CommitRejection.Unavailable =>
                    InvocationStatus.Unavailable,
                CommitRejection.NotDeliverable => InvocationStatus.Failed,
                CommitRejection.UnknownFunction => InvocationStatus.NotFound,
                _ => InvocationStatus.StorageFailed,
            },
        };

    public static InvocationResult ToResult(in CommitResult result, FunctionAddress function) =>
        InvocationResult.Fail(
            StatusOf(result),
            result.Status == CommitStatus.ConditionFailed
                ? $"Condition {result.FailedCondition} of '{function}' did not hold at its commit."
                : result.Reason ?? $"The commit of '{function}' has no answer."
        );
}
