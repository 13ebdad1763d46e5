using Waverless.Cluster;
using Waverless.Contracts.Messaging;
using Waverless.Messaging.Memory;

namespace Waverless.Messaging.Contracts;

/// <summary>A network in memory on real threads and the real clock, without faults.</summary>
internal sealed class MemoryTransportPlace : TransportPlace
{
    private readonly MemoryNetwork _network = new(
        TimeProvider.System,
        TaskScheduler.Default,
        new Random(1)
    );

    private int _lastPort;

    public override ITransport Make(NodeId node, TransportPlaceLimits limits, int port = 0) =>
        _network.Join(
            new NodeAddress(node, "memory", port == 0 ? ++_lastPort : port),
            TaskScheduler.Default,
            new MemoryTransportOptions
            {
                MessageBytesMax = limits.MessageBytesMax,
                RequestsMax = limits.PeerRequestsMax,
                ServedMax = limits.PeerRequestsMax,
                StreamsMax = limits.PeerStreamsMax,
                StreamWindowBytes = 256 * 1024,
            }
        );

    public override NodeAddress Nowhere(NodeId node) => new(node, "memory", ++_lastPort);
}
