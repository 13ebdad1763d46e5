using System.Buffers;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Lanes;
using Waverless.Transport.Protocol;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Serving;

/// <summary>The receiving end of a channel for messages without an answer.</summary>
internal sealed class ServingPosts(Session session, PeerPosts turn) : IFrameSink
{
    public void OnReceived() { }

    public async ValueTask OnFrameAsync(Frame frame)
    {
        if (
            frame.Type != FrameType.Post
            || !RequestHeader.TryRead(frame.Header.Span, out var header)
        )
        {
            throw new WireException(
                TransportErrorCode.Malformed,
                $"a frame {frame.Type} came on a channel for messages without an answer, "
                    + "or its header cannot be read"
            );
        }

        await turn.WaitAsync(session.Stopping);
        try
        {
            await session.Handler.OnPostAsync(
                session.Peer,
                new TransportMessage(
                    header.Kind,
                    new ReadOnlySequence<byte>(frame.Body),
                    Trace: header.Trace
                )
            );
        }
        catch (Exception e)
        {
            Log.HandlerFailed(session.Node.Logger, e, header.Kind, session.Peer);
        }
        finally
        {
            turn.Release();
        }
    }

    public ValueTask OnPauseAsync() => ValueTask.CompletedTask;
}
