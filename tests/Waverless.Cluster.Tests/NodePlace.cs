namespace Waverless.ClusterProcesses;

/// <summary>Where a node runs.</summary>
/// <param name="Id">Which node.</param>
/// <param name="Host">Its address.</param>
/// <param name="Port">Its port for other nodes.</param>
/// <param name="Namespace">The network namespace of its process; null: that of the tests.</param>
internal sealed record NodePlace(int Id, string Host, int Port, string? Namespace = null)
{
    /// <summary>Places on the loopback.</summary>
    public static NodePlace[] OnLoopback(int count) =>
        [.. FreePorts.Find(count).Select((port, at) => new NodePlace(at + 1, "127.0.0.1", port))];
}
