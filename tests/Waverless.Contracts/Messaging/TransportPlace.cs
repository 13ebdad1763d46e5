using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>One cluster's worth of transports of one kind, for a test.</summary>
public abstract class TransportPlace : IAsyncDisposable
{
    /// <summary>Makes the transport of a node; it does not listen yet.</summary>
    /// <param name="node">Whose.</param>
    /// <param name="limits">Bounds that the test means to reach.</param>
    /// <param name="port">Where it is to listen; 0: anywhere.</param>
    public abstract ITransport Make(NodeId node, TransportPlaceLimits limits, int port = 0);

    /// <summary>An address at which nobody listens.</summary>
    public abstract NodeAddress Nowhere(NodeId node);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
