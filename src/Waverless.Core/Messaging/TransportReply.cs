using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Waverless.Messaging;

/// <summary>
/// The answer to a request, or why there is none. Whoever receives it disposes it, once, when the
/// body is no longer read.
/// </summary>
[SuppressMessage(
    "Performance",
    "CA1815:Override equals and operator equals on value types",
    Justification = "A reply owns its buffer: two replies are never interchangeable."
)]
public readonly struct TransportReply : IDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>An answer.</summary>
    /// <param name="body">Its bytes.</param>
    /// <param name="owner">Gives the memory back; null if nobody wants it back.</param>
    public TransportReply(ReadOnlySequence<byte> body, IDisposable? owner = null)
    {
        Body = body;
        _owner = owner;
    }

    /// <summary>No answer.</summary>
    /// <param name="error">Why.</param>
    public TransportReply(TransportError error) => Error = error;

    /// <summary>Why there is no answer; null: there is one.</summary>
    public TransportError? Error { get; }

    /// <summary>The answer; valid until disposed.</summary>
    public ReadOnlySequence<byte> Body { get; }

    /// <summary>Gives the body's memory back.</summary>
    public void Dispose() => _owner?.Dispose();
}
