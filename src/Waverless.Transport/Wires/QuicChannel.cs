using System.Net.Quic;
using System.Runtime.Versioning;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Transport.Wires;

/// <summary>A stream of a QUIC connection.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class QuicChannel(QuicStream stream, NodeId peer) : WireChannel
{
    private int _isAborted;

    public override NodeId Peer => peer;

    public override bool EndsByItself => true;

    public override ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken ct) =>
        stream.ReadAsync(into, ct);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        stream.WriteAsync(bytes, ct);

    public override ValueTask EndWritesAsync()
    {
        stream.CompleteWrites();
        return ValueTask.CompletedTask;
    }

    public override TransportErrorCode CodeOf(Exception failure) =>
        failure is WireException ? base.CodeOf(failure) : QuicErrors.CodeOf(failure);

    public override void Abort(TransportErrorCode code)
    {
        if (Interlocked.Exchange(ref _isAborted, 1) == 0)
        {
            stream.Abort(QuicAbortDirection.Both, QuicErrors.Number(code));
            Free();
        }
    }

    public override void Close(bool hasRead, bool hasWritten, TimeSpan patience)
    {
        if (Interlocked.Exchange(ref _isAborted, 1) != 0)
        {
            return;
        }

        var unfinished =
            (hasRead ? 0 : QuicAbortDirection.Read) | (hasWritten ? 0 : QuicAbortDirection.Write);
        if (unfinished != 0)
        {
            stream.Abort(unfinished, QuicErrors.Number(TransportErrorCode.Cancelled));
        }

        Free();
    }

    /// <summary>Freeing waits for the other side, which may be hung: nobody waits for it.</summary>
    private void Free() => _ = stream.DisposeAsync().AsTask();
}
