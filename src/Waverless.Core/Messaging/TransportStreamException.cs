namespace Waverless.Messaging;

/// <summary>A stream between nodes ended before its end.</summary>
public sealed class TransportStreamException : IOException
{
    /// <summary>A stream failed.</summary>
    /// <param name="error">Why, and where.</param>
    public TransportStreamException(TransportError error)
        : base(error?.Message) => Error = error!;

    /// <summary>Why, and where.</summary>
    public TransportError Error { get; }
}
