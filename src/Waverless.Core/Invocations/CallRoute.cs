namespace Waverless.Invocations;

/// <summary>What decides where a call runs, besides the function.</summary>
/// <param name="Trigger">How it arrived.</param>
/// <param name="PartitionKey">Chooses the partition; null: partition 0.</param>
/// <param name="IsOnce">Whether it has an idempotency key, which its partition remembers.</param>
/// <param name="Hops">How often it was handed from node to node.</param>
internal readonly record struct CallRoute(
    TriggerKind Trigger,
    string? PartitionKey,
    bool IsOnce,
    int Hops
)
{
    public static CallRoute Of(InvocationRequest request) =>
        new(
            request.Trigger,
            request.PartitionKey,
            request.IdempotencyKey is not null,
            request.Hops
        );
}
