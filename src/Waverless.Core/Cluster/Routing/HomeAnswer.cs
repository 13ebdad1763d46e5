using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Routing;

/// <summary>What a partition's home has answered.</summary>
/// <typeparam name="T">The reply that was asked for.</typeparam>
/// <param name="Reply">The reply; null: see the others.</param>
/// <param name="IsHere">The partition is at home on this node: nobody was asked.</param>
/// <param name="Failure">The home's store failed.</param>
/// <param name="MayHaveBegun">Whether the request may have taken effect all the same.</param>
/// <param name="Why">Why there is no reply, for a person.</param>
internal readonly record struct HomeAnswer<T>(
    T? Reply,
    bool IsHere,
    StorageFailure? Failure,
    bool MayHaveBegun,
    string? Why
)
    where T : class;
