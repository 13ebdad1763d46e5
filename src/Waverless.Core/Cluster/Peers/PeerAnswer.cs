using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Peers;

/// <summary>What came of a request to another node: exactly one of its parts is there.</summary>
/// <typeparam name="T">The reply that was asked for.</typeparam>
internal readonly struct PeerAnswer<T>
    where T : class
{
    /// <summary>It was done, or tried.</summary>
    public T? Reply { get; init; }

    /// <summary>It was refused, and has had no effect.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The store of the other node failed.</summary>
    public StorageFailure? Failure { get; init; }

    /// <summary>It did not get there, or no answer came back.</summary>
    public TransportError? Error { get; init; }
}
