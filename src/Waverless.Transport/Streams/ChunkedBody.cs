using System.Buffers.Binary;
using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Streams;

/// <summary>
/// A stream on a channel that cannot end one direction by itself: chunks with their lengths before
/// them, so that the end that was meant is told from a connection that broke.
/// </summary>
internal sealed class ChunkedBody(WireChannel channel) : IStreamBody
{
    /// <summary>The longest chunk that is taken.</summary>
    public const int ChunkBytesMax = 1024 * 1024;

    private readonly byte[] _length = new byte[sizeof(uint)];
    private int _lengthRead;
    private int _rest;
    private bool _hasEnded;

    public int HeadRoom => sizeof(uint);

    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct)
    {
        if (_hasEnded)
        {
            return 0;
        }

        if (_rest == 0 && !await TryBeginAsync(ct))
        {
            return 0;
        }

        var read = await channel.ReadAsync(into[..Math.Min(into.Length, _rest)], ct);
        if (read == 0)
        {
            throw Lost();
        }

        channel.Traffic?.Received(read);
        _rest -= read;
        return read;
    }

    public ValueTask WriteAsync(Memory<byte> headRoomAndBytes, CancellationToken ct)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(
            headRoomAndBytes.Span,
            (uint)(headRoomAndBytes.Length - HeadRoom)
        );
        channel.Traffic?.Sent(headRoomAndBytes.Length);
        return channel.WriteAsync(headRoomAndBytes, ct);
    }

    public ValueTask EndAsync() =>
        channel.WriteAsync(new byte[sizeof(uint)], CancellationToken.None);

    public void Close(bool hasRead, bool hasWritten, TimeSpan patience) =>
        channel.Close(hasRead, hasWritten, patience);

    public void Abort(TransportErrorCode code) => channel.Abort(code);

    private async ValueTask<bool> TryBeginAsync(CancellationToken ct)
    {
        // A read that is given up may have taken a part of the length.
        while (_lengthRead < _length.Length)
        {
            var read = await channel.ReadAsync(_length.AsMemory(_lengthRead), ct);
            _lengthRead += read > 0 ? read : throw Lost();
        }

        _lengthRead = 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_length);
        if (length > ChunkBytesMax)
        {
            throw new WireException(
                TransportErrorCode.Malformed,
                $"a chunk of {length} bytes, at most {ChunkBytesMax} are taken"
            );
        }

        _rest = (int)length;
        _hasEnded = length == 0;
        return !_hasEnded;
    }

    private static WireException Lost() =>
        new(TransportErrorCode.ConnectionLost, "the connection was closed within a stream");
}
