namespace Waverless.Scheduling.Characters;

/// <summary>How often one function sets off another, and how long after its begin.</summary>
/// <param name="target">The other function's hash.</param>
/// <param name="app">The hash of its app.</param>
internal sealed class Edge(ulong target, ulong app)
{
    public ulong Target => target;

    public ulong App => app;

    /// <summary>Microseconds from begin to set-off; one value each time.</summary>
    public Series Delay { get; } = new();
}
