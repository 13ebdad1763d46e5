using Waverless.Cluster;

namespace Waverless.Messaging;

/// <summary>
/// Takes what arrives from other nodes. Called for many messages at once; a call that does not
/// complete synchronously does not hold up others.
/// </summary>
public interface ITransportHandler
{
    /// <summary>Answers a request.</summary>
    /// <param name="from">Who asks; the handshake has proved it.</param>
    /// <param name="message">What; its body is valid until this has completed.</param>
    /// <param name="ct">
    /// The asker gave up, or its timeout has passed; not to be used after this has completed.
    /// </param>
    ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    );

    /// <summary>
    /// Takes a message that has no answer; those of one node arrive in their order, one at a time.
    /// </summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="message">What; its body is valid until this has completed.</param>
    ValueTask OnPostAsync(NodeId from, TransportMessage message);

    /// <summary>Serves a stream; it ends when this has completed.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="ct">The transport stops.</param>
    ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct);
}
