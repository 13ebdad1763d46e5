using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Protocol;

/// <summary>A channel on which given bytes arrive, in pieces, and which then ends.</summary>
internal sealed class BufferChannel(byte[] arriving, int pieceMax) : WireChannel
{
    private int _read;

    public MemoryStream Written { get; } = new();

    public override NodeId Peer => new(1);

    public override bool EndsByItself => true;

    public override ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct)
    {
        var piece = Math.Min(Math.Min(pieceMax, into.Length), arriving.Length - _read);
        arriving.AsMemory(_read, piece).CopyTo(into);
        _read += piece;
        return ValueTask.FromResult(piece);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        Written.Write(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public override ValueTask EndWritesAsync() => ValueTask.CompletedTask;

    public override void Abort(TransportErrorCode code) { }

    public override void Close(bool hasRead, bool hasWritten, TimeSpan patience) { }
}
