using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Streams;

/// <summary>A channel that ends and resets its directions by itself.</summary>
internal sealed class PlainBody(WireChannel channel) : IStreamBody
{
    public int HeadRoom => 0;

    public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct) =>
        channel.ReadAsync(into, ct);

    public ValueTask WriteAsync(Memory<byte> headRoomAndBytes, CancellationToken ct) =>
        channel.WriteAsync(headRoomAndBytes, ct);

    public ValueTask EndAsync() => channel.EndWritesAsync();

    public void Abort(TransportErrorCode code) => channel.Abort(code);
}
