using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The nodes in an app's own order (straw2 over its name), of a large cluster a window of them.
/// Immutable.
/// </summary>
internal sealed class AppOrder
{
    private readonly int[] _nodes;
    private readonly float[] _draws;

    public AppOrder(ulong app, ClusterSnapshot cluster, ClusterLayout layout)
    {
        (App, Fingerprint) = (app, layout.Fingerprint);
        var nodes = cluster.Nodes.AsSpan();
        var count = Math.Min(nodes.Length, AdaptiveSettings.NodesMax);
        var first = nodes.Length > count ? (int)(app % (ulong)nodes.Length) : 0;
        _nodes = new int[count];
        _draws = new float[count];
        var weights = 0.0;
        for (var i = 0; i < count; i++)
        {
            _nodes[i] = (first + i) % nodes.Length;
            weights += nodes[_nodes[i]].Weight;
        }

        Scale = weights / count / FixedLog.One;
        for (var i = 0; i < count; i++)
        {
            _draws[i] = DrawOf(nodes[_nodes[i]]);
        }

        Array.Sort(_draws, _nodes);
    }

    public ulong App { get; }

    /// <summary>Which nodes it is an order of.</summary>
    public ulong Fingerprint { get; }

    public ReadOnlySpan<int> Nodes => _nodes;

    /// <summary>What each has drawn, the mean being about 1.</summary>
    public ReadOnlySpan<float> Draws => _draws;

    private double Scale { get; }

    /// <summary>What a node of the cluster draws, be it in the window or not.</summary>
    public float DrawOf(in NodeView node) =>
        (float)(Straw2.Draw(App, node.Id.Value, node.Weight) * Scale);
}
