using Waverless.Cluster.Moves;

namespace Waverless.Simulation.Clusters;

/// <summary>Ends what a simulated node was at when it died.</summary>
internal sealed class NodeDiedException(uint node, MoveStep step)
    : Exception($"Node {node} died at {step}.");
