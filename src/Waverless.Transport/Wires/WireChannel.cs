using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>
/// A duplex channel of bytes to a node whose certificate has been checked: a QUIC stream or a TLS
/// connection. One reader and one writer at a time.
/// </summary>
internal abstract class WireChannel
{
    /// <summary>Who the certificate says that it is.</summary>
    public abstract NodeId Peer { get; }

    /// <summary>Whether the wire itself ends and resets one direction; else chunks do.</summary>
    public abstract bool EndsByItself { get; }

    /// <summary>Reads what is there; 0: the other side has ended, or is gone.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct);

    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>Tells the other side that no more is written, if the wire can.</summary>
    public abstract ValueTask EndWritesAsync();

    /// <summary>Closes both directions at once and frees them; never waits, never throws.</summary>
    public abstract void Abort(TransportErrorCode code);

    /// <summary>Fills a buffer; an end before that is a <see cref="WireException"/>.</summary>
    public async ValueTask ReadExactlyAsync(Memory<byte> into, CancellationToken ct)
    {
        while (!into.IsEmpty)
        {
            var read = await ReadAsync(into, ct);
            if (read == 0)
            {
                throw new WireException(
                    TransportErrorCode.ConnectionLost,
                    "the connection was closed"
                );
            }

            into = into[read..];
        }
    }
}
