using Waverless.Cluster;

namespace Waverless.Messaging;

/// <summary>Where a node listens for other nodes.</summary>
/// <param name="Id">Who is expected there; the handshake checks it.</param>
/// <param name="Host">A host name or an IP address.</param>
/// <param name="Port">1 to 65535, UDP or TCP as the transport has it.</param>
public sealed record NodeAddress(NodeId Id, string Host, int Port)
{
    /// <summary>Returns <c>id@host:port</c>, the form used in errors and logs.</summary>
    public override string ToString() => $"{Id}@{Host}:{Port}";
}
