using Waverless.Messaging;

namespace Waverless.Transport.Peers;

/// <summary>What an attempt to connect came to: exactly one of the two.</summary>
internal readonly record struct LinkOrError(Link? Link, TransportError? Error);
