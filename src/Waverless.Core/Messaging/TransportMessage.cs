using System.Buffers;
using System.Diagnostics;

namespace Waverless.Messaging;

/// <summary>One message to another node: a request, or one that has no answer.</summary>
/// <param name="Kind">What the body is; the transport does not look at it.</param>
/// <param name="Body">
/// The message, at most the transport's bound. Sending: may be reused once the call has completed.
/// Receiving: valid until the handler has completed.
/// </param>
/// <param name="Timeout">
/// How long the sender waits for an answer; the receiver's token is cancelled then. Null: the
/// transport's default. A duration, so that the clocks of nodes need not agree.
/// </param>
/// <param name="Trace">The trace that it is part of; default: none.</param>
public readonly record struct TransportMessage(
    ushort Kind,
    ReadOnlySequence<byte> Body,
    TimeSpan? Timeout = null,
    ActivityContext Trace = default
);
