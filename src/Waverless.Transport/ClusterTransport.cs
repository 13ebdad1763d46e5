using Waverless.Messaging;

namespace Waverless.Transport;

/// <summary>Makes the transport of a node.</summary>
public static class ClusterTransport
{
    /// <summary>
    /// Makes a transport; it listens once <see cref="ITransport.ListenAsync"/> is called, and then
    /// logs which wire it uses and why.
    /// </summary>
    /// <param name="options">Who and where the node is.</param>
    /// <exception cref="PlatformNotSupportedException">QUIC is demanded and missing.</exception>
    public static ITransport Create(TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (wire, reason) = TransportSelection.Choose(options);
        return new WireTransport(options, wire, reason);
    }
}
