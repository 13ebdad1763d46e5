using Waverless.Messaging;

namespace Waverless.Transport.Streams;

/// <summary>The bytes of a stream upon a channel: read and written, each direction ended.</summary>
internal interface IStreamBody
{
    /// <summary>Bytes to leave free before what is written.</summary>
    int HeadRoom { get; }

    /// <summary>Reads what is there; 0: the other side has ended its direction.</summary>
    /// <exception cref="Wires.WireException">It reset the stream, or is gone.</exception>
    ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct);

    /// <summary>Writes; the first <see cref="HeadRoom"/> bytes are the body's own.</summary>
    ValueTask WriteAsync(Memory<byte> headRoomAndBytes, CancellationToken ct);

    /// <summary>Ends this direction.</summary>
    ValueTask EndAsync();

    /// <summary>Closes it: what has ended is not taken back, what has not is reset.</summary>
    void Close(bool hasRead, bool hasWritten, TimeSpan patience);

    /// <summary>Ends both directions; never waits, never throws.</summary>
    void Abort(TransportErrorCode code);
}
