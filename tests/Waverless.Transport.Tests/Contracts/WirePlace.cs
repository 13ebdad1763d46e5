using System.Net;
using System.Net.Sockets;
using Waverless.Cluster;
using Waverless.Contracts.Messaging;
using Waverless.Messaging;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Contracts;

/// <summary>A cluster with an authority of its own, on the loopback.</summary>
internal sealed class WirePlace(TransportKind kind) : TransportPlace
{
    public const string Cluster = "test";

    private readonly ClusterAuthority _authority = ClusterAuthority.Create(Cluster);

    public ClusterAuthority Authority => _authority;

    public override ITransport Make(NodeId node, TransportPlaceLimits limits, int port = 0) =>
        Make(
            _authority.Issue(Cluster, node),
            new TransportLimits
            {
                MessageBytesMax = limits.MessageBytesMax,
                PeerRequestsMax = limits.PeerRequestsMax,
                PeerStreamsMax = limits.PeerStreamsMax,
                HandshakeTimeout = TimeSpan.FromSeconds(20),
                DeadAfter = TimeSpan.FromSeconds(15),
            },
            port
        );

    public ITransport Make(
        INodeIdentitySource identity,
        TransportLimits limits,
        int port = 0,
        TimeProvider? time = null
    ) =>
        ClusterTransport.Create(
            new TransportOptions
            {
                Identity = identity,
                Kind = kind,
                Limits = limits,
                Time = time ?? TimeProvider.System,
                Listen = new IPEndPoint(IPAddress.Loopback, port),
            }
        );

    public override NodeAddress Nowhere(NodeId node)
    {
        var protocol = kind == TransportKind.Quic ? ProtocolType.Udp : ProtocolType.Tcp;
        var type = kind == TransportKind.Quic ? SocketType.Dgram : SocketType.Stream;
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new NodeAddress(node, "127.0.0.1", ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    public override ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return base.DisposeAsync();
    }
}
