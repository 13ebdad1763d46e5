using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>A connection could not be made, or broke; never leaves the transport.</summary>
internal sealed class WireException(
    TransportErrorCode code,
    string message,
    Exception? inner = null
) : IOException(message, inner)
{
    public TransportErrorCode Code => code;
}
