using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// What follows from which nodes there are, their slots and weights, and not from their load:
/// computed once for a view of the cluster. Immutable.
/// </summary>
internal sealed class ClusterLayout
{
    private const float FactorLeast = 0.1f;
    private const float FactorMost = 10;

    private readonly float[] _runFactors;
    private readonly ulong[] _mixes;

    public ClusterLayout(ClusterSnapshot cluster)
    {
        var nodes = cluster.Nodes.AsSpan();
        _runFactors = new float[nodes.Length];
        _mixes = new ulong[nodes.Length];
        var (weights, slots) = (0.0, 0L);
        foreach (ref readonly var node in nodes)
        {
            weights += Math.Max(0, node.Weight);
            slots += Math.Max(1, node.Slots);
        }

        var mean = slots > 0 ? weights / slots : 0;
        for (var i = 0; i < nodes.Length; i++)
        {
            ref readonly var node = ref nodes[i];
            _mixes[i] = FrozenHash.Mix(~(ulong)node.Id.Value);
            _runFactors[i] = FactorOf(node, mean);
            LeastFactor = i == 0 ? _runFactors[i] : Math.Min(LeastFactor, _runFactors[i]);
            Fingerprint = FrozenHash.Mix(Fingerprint ^ _mixes[i]);
            Fingerprint ^= BitConverter.DoubleToUInt64Bits(node.Weight);
        }

        Fingerprint = FrozenHash.Mix(Fingerprint);
    }

    /// <summary>The same for the same nodes with the same weights.</summary>
    public ulong Fingerprint { get; }

    /// <summary>The factor of the fastest node.</summary>
    public float LeastFactor { get; } = 1;

    /// <summary>
    /// How much longer than on the cluster's average node something runs on a node: weights are
    /// capacities, so a slot is as fast as its share of the node's weight.
    /// </summary>
    public float RunFactor(int node) => _runFactors[node];

    /// <summary>What a node adds to the hash of a key; see <see cref="Straw2.Hash"/>.</summary>
    public ulong Mix(int node) => _mixes[node];

    private static float FactorOf(in NodeView node, double mean)
    {
        var own = node.Weight / Math.Max(1, node.Slots);
        return own > 0 && double.IsFinite(own) && double.IsFinite(mean)
            ? Math.Clamp((float)(mean / own), FactorLeast, FactorMost)
            : 1;
    }
}
