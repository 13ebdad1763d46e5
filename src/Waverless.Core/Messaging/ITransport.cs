namespace Waverless.Messaging;

/// <summary>
/// Carries messages and streams between the nodes of a cluster. Thread-safe. Failures are results:
/// only misuse throws. Connections are made on demand, kept, and made again with backoff; what is
/// lost with one is only what was in flight on it.
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Short lower-case name: <c>quic</c>, <c>tcp</c>, <c>memory</c>.</summary>
    string Name { get; }

    /// <summary>Where this node can be reached, once it listens.</summary>
    NodeAddress Local { get; }

    /// <summary>Begins to take connections. Called once, before anything else.</summary>
    /// <param name="handler">Takes what arrives.</param>
    /// <param name="ct">Cancels the beginning.</param>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    ValueTask ListenAsync(ITransportHandler handler, CancellationToken ct);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="to">Whom.</param>
    /// <param name="message">What.</param>
    /// <param name="ct">Gives up; the other side's token is cancelled.</param>
    ValueTask<TransportReply> SendAsync(
        NodeAddress to,
        TransportMessage message,
        CancellationToken ct
    );

    /// <summary>
    /// Sends a message that has no answer, after those posted to the same node before. Null: it has
    /// been handed to the connection, which does not say that it arrives.
    /// </summary>
    /// <param name="to">Whom.</param>
    /// <param name="message">What.</param>
    /// <param name="ct">Stops waiting for room.</param>
    ValueTask<TransportError?> PostAsync(
        NodeAddress to,
        TransportMessage message,
        CancellationToken ct
    );

    /// <summary>Opens a stream.</summary>
    /// <param name="to">To whom.</param>
    /// <param name="kind">What for.</param>
    /// <param name="ct">Cancels the opening.</param>
    /// <exception cref="TransportStreamException">
    /// The node cannot be reached, refuses, or resets the stream at once.
    /// </exception>
    ValueTask<TransportStream> ConnectAsync(NodeAddress to, ushort kind, CancellationToken ct);
}
