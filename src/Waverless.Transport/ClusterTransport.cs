using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport;

/// <summary>Makes the transport of a node.</summary>
public static class ClusterTransport
{
    /// <summary>
    /// Makes a transport; it listens once <see cref="ITransport.ListenAsync"/> is called, and then
    /// logs which wire it uses and why.
    /// </summary>
    /// <param name="options">Who and where the node is.</param>
    public static ITransport Create(TransportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new WireTransport(options, new TcpWire(options), "asked for");
    }
}
