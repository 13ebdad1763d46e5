using System.Collections.Immutable;
using Waverless.Messaging;

namespace Waverless.Cluster.Peers;

/// <summary>Where the other nodes listen. Thread-safe; looking up does not lock.</summary>
internal sealed class PeerBook
{
    private ImmutableDictionary<NodeId, NodeAddress> _addresses;

    public PeerBook(IEnumerable<NodeAddress> addresses) =>
        _addresses = addresses.ToImmutableDictionary(address => address.Id);

    public ImmutableDictionary<NodeId, NodeAddress> All => _addresses;

    public NodeAddress? Find(NodeId node) => _addresses.GetValueOrDefault(node);

    /// <summary>Notes where a node listens now.</summary>
    public void Set(NodeAddress address) =>
        ImmutableInterlocked.AddOrUpdate(ref _addresses, address.Id, address, (_, _) => address);

    /// <summary>Forgets a node that has left.</summary>
    public void Remove(NodeId node) => ImmutableInterlocked.TryRemove(ref _addresses, node, out _);
}
