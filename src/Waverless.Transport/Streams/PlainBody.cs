using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Streams;

/// <summary>A channel that ends and resets its directions by itself.</summary>
internal sealed class PlainBody(WireChannel channel) : IStreamBody
{
    private Task<int>? _arriving;

    public int HeadRoom => 0;

    /// <summary>
    /// Giving up a read of QUIC ends the direction. So only the waiting is given up: a read of
    /// nothing, which completes when there is something, and which the next read goes on with.
    /// </summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct)
    {
        if (_arriving is null)
        {
            var arriving = channel.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
            _arriving = arriving.IsCompletedSuccessfully ? null : arriving.AsTask();
        }

        if (_arriving is not null)
        {
            await _arriving.WaitAsync(ct);
            _arriving = null;
        }

        var read = await channel.ReadAsync(into, CancellationToken.None);
        channel.Traffic?.Received(read);
        return read;
    }

    public ValueTask WriteAsync(Memory<byte> headRoomAndBytes, CancellationToken ct)
    {
        channel.Traffic?.Sent(headRoomAndBytes.Length);
        return channel.WriteAsync(headRoomAndBytes, ct);
    }

    public ValueTask EndAsync() => channel.EndWritesAsync();

    public void Close(bool hasRead, bool hasWritten, TimeSpan patience) =>
        channel.Close(hasRead, hasWritten, patience);

    public void Abort(TransportErrorCode code) => channel.Abort(code);
}
