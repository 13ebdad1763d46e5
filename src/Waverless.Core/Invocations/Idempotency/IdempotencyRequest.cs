using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations.Idempotency;

/// <summary>A call with an idempotency key, before it is known whether it can be honoured.</summary>
/// <param name="Home">Partition of the call.</param>
/// <param name="Principal">Who calls.</param>
/// <param name="Key">The key.</param>
/// <param name="Payload">What goes in, as bytes.</param>
internal readonly record struct IdempotencyRequest(
    PartitionId Home,
    string Principal,
    string Key,
    Payload Payload
)
{
    public static IdempotencyRequest Of(
        InvocationRequest request,
        PartitionId home,
        Payload payload
    ) => new(home, PrincipalOf(request), request.IdempotencyKey!, payload);

    /// <summary>Who calls; not to be mistaken for an app.</summary>
    public static string PrincipalOf(InvocationRequest request) =>
        request.Principal is { } principal
            ? $"{request.Trigger}:{principal}"
            : $"{request.Trigger}:";

    /// <summary>Null: it can be honoured.</summary>
    public InvocationResult? Refuse(DeployedFunction function)
    {
        var wrong = IdempotencyLimits.Refuse(Key) ?? IdempotencyLimits.RefusePrincipal(Principal);
        if (wrong is not null)
        {
            return Refused($"{wrong} '{function.Address}' was not called.");
        }

        return function.Commit == CommitMode.Atomic
            ? null
            : Refused(
                $"'{function.Address}' was called with an idempotency key, but commits as it goes; "
                    + "expected a function with 'commit: atomic'."
            );
    }

    private static InvocationResult Refused(string why) =>
        InvocationResult.Fail(InvocationStatus.IdempotencyKeyRefused, why);
}
