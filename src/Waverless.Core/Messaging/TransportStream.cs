using System.IO.Pipelines;
using Waverless.Cluster;

namespace Waverless.Messaging;

/// <summary>
/// A duplex stream of bytes to another node, with backpressure both ways: bodies, direct calls,
/// the code of an app, replication. Each direction is completed on its own.
/// </summary>
public abstract class TransportStream : IDuplexPipe, IAsyncDisposable
{
    /// <summary>What it is for; chosen by the side that connected.</summary>
    public abstract ushort Kind { get; }

    /// <summary>The other side.</summary>
    public abstract NodeId Peer { get; }

    /// <summary>
    /// What the other side sends; ends when it completes its output. A reset or a lost connection
    /// is a <see cref="TransportStreamException"/>.
    /// </summary>
    public abstract PipeReader Input { get; }

    /// <summary>What the other side reads; flushing waits while it does not read.</summary>
    public abstract PipeWriter Output { get; }

    /// <summary>Ends both directions at once; never waits for the other side.</summary>
    /// <param name="code">Tells the other side why.</param>
    public abstract void Abort(TransportErrorCode code);

    /// <summary>
    /// Ends the stream: gracefully if both directions were completed, else aborts it. Never waits
    /// for a peer that hangs.
    /// </summary>
    public abstract ValueTask DisposeAsync();
}
