using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;

namespace Waverless.Transport.Wires;

/// <summary>
/// A duplex channel of bytes to a node whose certificate has been checked: a QUIC stream or a TLS
/// connection. One reader and one writer at a time.
/// </summary>
internal abstract class WireChannel
{
    /// <summary>Who the certificate says that it is.</summary>
    public abstract NodeId Peer { get; }

    /// <summary>Counts what it carries; null: nobody does.</summary>
    public Traffic? Traffic { get; set; }

    /// <summary>Whether the wire itself ends and resets one direction; else chunks do.</summary>
    public abstract bool EndsByItself { get; }

    /// <summary>Reads what is there; 0: the other side has ended, or is gone.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct);

    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);

    /// <summary>Tells the other side that no more is written, if the wire can.</summary>
    public abstract ValueTask EndWritesAsync();

    /// <summary>What a failure to read or write means; a reset can carry its reason.</summary>
    public virtual TransportErrorCode CodeOf(Exception failure) =>
        (failure as WireException)?.Code ?? TransportErrorCode.ConnectionLost;

    /// <summary>Closes both directions at once and frees them; never waits, never throws.</summary>
    public abstract void Abort(TransportErrorCode code);

    /// <summary>
    /// Closes both directions: one that has ended is not taken back, one that has not is reset.
    /// Never waits, never throws.
    /// </summary>
    /// <param name="hasRead">The other side's end has been read.</param>
    /// <param name="hasWritten">The own end has been written.</param>
    /// <param name="patience">How long what was written may take to arrive.</param>
    public abstract void Close(bool hasRead, bool hasWritten, TimeSpan patience);

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
