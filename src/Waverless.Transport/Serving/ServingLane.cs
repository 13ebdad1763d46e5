using System.Diagnostics.CodeAnalysis;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Lanes;
using Waverless.Transport.Protocol;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Serving;

/// <summary>The answering end of a channel for requests. Thread-safe.</summary>
internal sealed class ServingLane : IFrameSink
{
    private const int KeptMax = 256;

    /// <summary>With fewer in progress an answer is written at once.</summary>
    private const int AloneMax = 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, ServedRequest> _running = [];
    private readonly Stack<ServedRequest> _kept = new();
    private readonly Session _session;
    private readonly LaneWriter _writer;

    public ServingLane(Session session, WireChannel channel)
    {
        _session = session;
        _writer = new LaneWriter(channel, session.Fail);
    }

    public void Start() => _writer.Start();

    /// <summary>Cancels the requests whose time has passed.</summary>
    public void CancelExpired(long now)
    {
        lock (_gate)
        {
            foreach (var request in _running.Values)
            {
                if (request.Deadline <= now)
                {
                    request.HasExpired |= !request.IsCancelled;
                    Cancel(request);
                }
            }
        }
    }

    public void Close(TransportErrorCode code)
    {
        _writer.Close();
        lock (_gate)
        {
            foreach (var request in _running.Values)
            {
                Cancel(request);
            }
        }
    }

    void IFrameSink.OnReceived() => _session.OnReceived();

    ValueTask IFrameSink.OnFrameAsync(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Request when RequestHeader.TryRead(frame.Header.Span, out var header):
                OnRequest(header, frame.Body.Span);
                break;
            case FrameType.Cancel when NumberHeader.TryRead(frame.Header.Span, out var id):
                OnCancel(id);
                break;
            case FrameType.Ping when NumberHeader.TryRead(frame.Header.Span, out _):
                _writer.Append(FrameType.Pong, frame.Header.Span, default);
                break;
            case FrameType.Goodbye:
                throw new WireException(TransportErrorCode.ConnectionLost, "the node said goodbye");
            default:
                throw new WireException(
                    TransportErrorCode.Malformed,
                    $"a frame {frame.Type} was not expected, or its header cannot be read"
                );
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Writes the answers of everything that was read at once; waits for a slow reader.</summary>
    ValueTask IFrameSink.OnPauseAsync()
    {
        _writer.Flush(isUrgent: true);
        return _writer.WaitForRoomAsync(_session.Node.Limits.PeerQueueBytesMax, _session.Stopping);
    }

    /// <summary>The handler has answered later.</summary>
    internal void OnCompleted(ServedRequest request)
    {
        lock (_gate)
        {
            _running.Remove(request.Id);
        }

        try
        {
            Answer(request.Id, request.TakeReply());
        }
        catch (Exception e)
        {
            AnswerFailed(request, e);
        }

        Finish(request);
        _writer.Flush(isUrgent: _running.Count < AloneMax);
    }

    [SuppressMessage(
        "Usage",
        "VSTHRD002:Avoid problematic synchronous waits",
        Justification = "Only of a handler that has completed."
    )]
    private void OnRequest(in RequestHeader header, ReadOnlySpan<byte> body)
    {
        if (!_session.Requests.TryEnter())
        {
            var why =
                $"node {_session.Node.Id} answers {_session.Requests.Count} requests of this node, "
                + "its bound is reached";
            _session.Node.Metrics.RefusedToTake(TransportErrorCode.Overloaded);
            AnswerError(header.Id, TransportErrorCode.Overloaded, why);
            return;
        }

        var node = _session.Node;
        var timeout = TimeSpan.FromMilliseconds(header.TimeoutMs);
        var request = Rent();
        request.Begin(header.Id, header.Kind, node.DeadlineAfter(timeout), PooledBody.Copy(body));
        var message = new TransportMessage(
            header.Kind,
            request.Body?.Sequence ?? default,
            timeout,
            header.Trace
        );
        try
        {
            var reply = _session.Handler.OnRequestAsync(_session.Peer, message, request.Token);
            if (!reply.IsCompleted)
            {
                lock (_gate)
                {
                    _running.Add(request.Id, request);
                }

                request.Await(reply);
                return;
            }

            Answer(request.Id, reply.GetAwaiter().GetResult());
        }
        catch (Exception e)
        {
            AnswerFailed(request, e);
        }

        Finish(request);
    }

    private void OnCancel(ulong id)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(id, out var request))
            {
                Cancel(request);
            }
        }
    }

    private static void Cancel(ServedRequest request)
    {
        if (!request.IsCancelled)
        {
            request.IsCancelled = true;
            request.Cancel();
        }
    }

    private void Answer(ulong id, TransportReply reply)
    {
        if (reply.Error is { } error)
        {
            AnswerError(id, error.Code, error.Message, error.At.Value);
        }
        else if (reply.Body.Length > _session.MessageBytesMax)
        {
            AnswerError(
                id,
                TransportErrorCode.HandlerFailed,
                $"an answer of {reply.Body.Length} bytes, "
                    + $"at most {_session.MessageBytesMax} are taken"
            );
        }
        else
        {
            Span<byte> header = stackalloc byte[NumberHeader.BytesMax];
            var length = new ReplyHeader(id, 0, 0, null).Write(header);
            _writer.Append(FrameType.Reply, header[..length], reply.Body);
        }

        reply.Dispose();
    }

    private void AnswerFailed(ServedRequest request, Exception e)
    {
        if (e is OperationCanceledException && request.IsCancelled)
        {
            var code = request.HasExpired
                ? TransportErrorCode.TimedOut
                : TransportErrorCode.Cancelled;
            AnswerError(request.Id, code, "the handler was cancelled");
            return;
        }

        Log.HandlerFailed(_session.Node.Logger, e, request.Kind, _session.Peer);
        AnswerError(
            request.Id,
            TransportErrorCode.HandlerFailed,
            $"the handler of kind {request.Kind} failed: {e.GetType().Name}"
        );
    }

    private void AnswerError(ulong id, TransportErrorCode code, string why, uint at = 0)
    {
        Span<byte> header = stackalloc byte[FramePrefix.HeaderBytesMax];
        at = at == 0 ? _session.Node.Id.Value : at;
        var length = new ReplyHeader(id, (uint)code, at, why).Write(header);
        _writer.Append(FrameType.Reply, header[..length], default);
    }

    private ServedRequest Rent()
    {
        lock (_gate)
        {
            return _kept.TryPop(out var request) ? request : new ServedRequest(this);
        }
    }

    private void Finish(ServedRequest request)
    {
        _session.Requests.Leave();
        if (request.TryReset())
        {
            lock (_gate)
            {
                if (_kept.Count < KeptMax)
                {
                    _kept.Push(request);
                }
            }
        }
    }
}
