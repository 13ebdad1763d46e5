using System.Buffers;
using System.Collections.Concurrent;
using Waverless.Messaging;
using Waverless.Transport.Peers;
using Waverless.Transport.Protocol;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Lanes;

/// <summary>The asking end of a channel for requests. Thread-safe.</summary>
internal sealed class RequestLane : IFrameSink
{
    /// <summary>With so many in flight others are likely to follow at once: they share a write.</summary>
    private const int AloneMax = 1;
    private const int KeptMax = 1024;

    private readonly Link _link;
    private readonly WireChannel _channel;
    private readonly LaneWriter _writer;
    private readonly PendingRequests _pending = new();
    private readonly ConcurrentQueue<PendingRequest> _kept = new();
    private int _keptCount;

    public RequestLane(Link link, WireChannel channel)
    {
        _link = link;
        _channel = channel;
        _writer = new LaneWriter(channel, link.Fail);
    }

    public int Count => _pending.Count;

    public long QueuedBytes => _writer.QueuedBytes;

    /// <summary>Writes and reads until the channel ends, and then fails the link.</summary>
    public void Start()
    {
        _writer.Start();
        _ = _link.ReadAsync(_channel, this);
    }

    /// <summary>Sends a request; the caller has counted it.</summary>
    public ValueTask<TransportReply> SendAsync(
        in TransportMessage message,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        var request = Rent();
        var node = _link.Node;
        request.Deadline = node.DeadlineAfter(timeout);
        request.Began = node.Metrics.TimesRequests ? node.Now : 0;
        if (!_pending.TryAdd(request))
        {
            _link.Requests.Leave();
            return ValueTask.FromResult(new TransportReply(_link.Lost(mayHaveBegun: false)));
        }

        var reply = request.Reply;
        var header = new RequestHeader(
            request.Id,
            message.Kind,
            (uint)Math.Min(uint.MaxValue, Math.Ceiling(timeout.TotalMilliseconds)),
            message.Trace
        );
        Span<byte> bytes = stackalloc byte[FramePrefix.HeaderBytesMax];
        _writer.Append(FrameType.Request, bytes[..header.Write(bytes)], message.Body);
        request.EndWith(ct);
        _writer.Flush(isUrgent: _pending.Count <= AloneMax);
        return reply;
    }

    /// <summary>The caller has given up.</summary>
    public void Cancel(ulong id)
    {
        if (_pending.Take(id) is { } request)
        {
            SendNumber(FrameType.Cancel, id);
            Complete(
                request,
                new TransportReply(_link.Error(TransportErrorCode.Cancelled, "the caller gave up"))
            );
        }
    }

    public void Ping(ulong nonce) => SendNumber(FrameType.Ping, nonce);

    /// <summary>Ends the requests whose time has passed.</summary>
    public void EndExpired(long now, List<PendingRequest> expired)
    {
        expired.Clear();
        _pending.TakeExpired(now, expired);
        foreach (var request in expired)
        {
            SendNumber(FrameType.Cancel, request.Id);
            Complete(
                request,
                new TransportReply(
                    _link.Error(TransportErrorCode.TimedOut, "no answer within the timeout")
                )
            );
        }
    }

    /// <summary>Ends everything: what was in flight may have been handled.</summary>
    public void Close(TransportError error)
    {
        _writer.Close();
        _channel.Abort(error.Code);
        // Whatever ends the link, also the own end: these have left, and may have been handled.
        var lost = error.MayHaveBegun ? error : _link.Lost(mayHaveBegun: true);
        foreach (var request in _pending.Close())
        {
            Complete(request, new TransportReply(lost));
        }
    }

    public void Say(FrameType type, ReadOnlySpan<byte> header)
    {
        _writer.Append(type, header, default);
        _writer.Flush(isUrgent: true);
    }

    void IFrameSink.OnReceived() => _link.OnReceived();

    ValueTask IFrameSink.OnFrameAsync(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Reply when ReplyHeader.TryRead(frame.Header.Span, out var header):
                OnReply(header, frame.Body.Span);
                break;
            case FrameType.Pong when NumberHeader.TryRead(frame.Header.Span, out _):
                break;
            case FrameType.Goodbye:
                throw new WireException(
                    TransportErrorCode.ConnectionLost,
                    "the node closed the connection"
                );
            default:
                throw new WireException(
                    TransportErrorCode.Malformed,
                    $"a frame {frame.Type} was not expected, or its header cannot be read"
                );
        }

        return ValueTask.CompletedTask;
    }

    ValueTask IFrameSink.OnPauseAsync() => ValueTask.CompletedTask;

    /// <summary>Takes back a request whose answer has been taken.</summary>
    internal void Return(PendingRequest request)
    {
        if (Interlocked.Increment(ref _keptCount) <= KeptMax)
        {
            _kept.Enqueue(request);
        }
        else
        {
            Interlocked.Decrement(ref _keptCount);
        }
    }

    private PendingRequest Rent()
    {
        if (!_kept.TryDequeue(out var request))
        {
            return new PendingRequest(this);
        }

        Interlocked.Decrement(ref _keptCount);
        return request;
    }

    private void OnReply(in ReplyHeader header, ReadOnlySpan<byte> body)
    {
        if (_pending.Take(header.Id) is not { } request)
        {
            return;
        }

        if (header.Code != 0)
        {
            var error = _link.ErrorAt(
                (TransportErrorCode)header.Code,
                header.At,
                header.Message ?? "no reason was given"
            );
            Complete(request, new TransportReply(error));
            return;
        }

        var copy = PooledBody.Copy(body);
        Complete(
            request,
            copy is null
                ? new TransportReply(default(ReadOnlySequence<byte>))
                : new(copy.Sequence, copy)
        );
    }

    private void Complete(PendingRequest request, in TransportReply reply)
    {
        _link.Requests.Leave();
        if (request.Began != 0)
        {
            var after = _link.Node.Since(request.Began);
            _link.Node.Metrics.Answered(reply.Error?.Code ?? TransportErrorCode.None, after);
        }

        request.Complete(reply);
    }

    private void SendNumber(FrameType type, ulong number)
    {
        Span<byte> header = stackalloc byte[NumberHeader.BytesMax];
        Say(type, header[..NumberHeader.Write(header, number)]);
    }
}
