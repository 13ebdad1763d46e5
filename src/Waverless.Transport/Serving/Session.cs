using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Lanes;
using Waverless.Transport.Protocol.Protos;
using Waverless.Transport.Streams;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Serving;

/// <summary>
/// A link of another node, as the side that answers. It ends as a whole, with its channels. Thread-
/// safe.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A source without a timer or a linked token has nothing to free."
)]
internal sealed class Session
{
    /// <summary>The asking side pings four times within this; silence for longer is its end.</summary>
    private const int DeadFactor = 2;
    private const int ChannelsMax = 64;

    private readonly Lock _gate = new();
    private readonly HashSet<WireChannel> _channels = [];
    private readonly HashSet<NodeStream> _streams = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Action<Session> _ended;
    private readonly PeerPosts _posts;
    private ServingLane[] _lanes = [];
    private long _received;
    private bool _isEnded;

    public Session(
        TransportNode node,
        ITransportHandler handler,
        NodeId peer,
        Hello hello,
        PeerPosts posts,
        Action<Session> ended
    )
    {
        (Node, Handler, Peer, _posts, _ended) = (node, handler, peer, posts, ended);
        (Link, Boot) = (hello.Link, hello.Boot);
        MessageBytesMax = (int)Math.Min(hello.MessageBytesMax, (uint)node.Limits.MessageBytesMax);
        Requests = new InFlight(node.Limits.PeerRequestsMax, node.Received);
        OpenStreams = new InFlight(node.Limits.PeerStreamsMax);
        _received = node.Now;
    }

    public TransportNode Node { get; }

    public ITransportHandler Handler { get; }

    public NodeId Peer { get; }

    public ulong Link { get; }

    public ByteString Boot { get; }

    public InFlight Requests { get; }

    /// <summary>The longest message that the other side takes.</summary>
    public int MessageBytesMax { get; }

    public CancellationToken Stopping => _stop.Token;

    private InFlight OpenStreams { get; }

    public void OnReceived() => Volatile.Write(ref _received, Node.Now);

    /// <summary>Whether there is room for one more channel of a purpose.</summary>
    /// <exception cref="WireException">There is none.</exception>
    public void Check(Purpose purpose)
    {
        if (_isEnded)
        {
            throw new WireException(TransportErrorCode.Unreachable, "the link has ended");
        }

        var isFull = purpose switch
        {
            Purpose.Stream => OpenStreams.Count >= OpenStreams.Max,
            Purpose.Requests or Purpose.Posts => _channels.Count >= ChannelsMax,
            _ => throw new WireException(
                TransportErrorCode.Malformed,
                $"a channel of the unknown purpose {(int)purpose}"
            ),
        };
        if (isFull)
        {
            throw new WireException(TransportErrorCode.Overloaded, $"too many {purpose} are open");
        }
    }

    /// <summary>Serves a channel until it ends.</summary>
    public void Serve(WireChannel channel, Hello hello)
    {
        if (hello.Purpose == Purpose.Stream)
        {
            _ = ServeStreamAsync(channel, (ushort)hello.StreamKind);
            return;
        }

        if (hello.Purpose == Purpose.Posts)
        {
            if (TryAdd(channel, lane: null))
            {
                var posts = new ServingPosts(this, _posts);
                _ = ReadAsync(channel, posts);
            }

            return;
        }

        var lane = new ServingLane(this, channel);
        if (TryAdd(channel, lane))
        {
            lane.Start();
            _ = ReadAsync(channel, lane);
        }
    }

    public void Tick(long now)
    {
        foreach (var lane in _lanes)
        {
            lane.CancelExpired(now);
        }

        if (Node.Since(Volatile.Read(ref _received)) >= Node.Limits.DeadAfter * DeadFactor)
        {
            End(TransportErrorCode.ConnectionLost, "Nothing has arrived for too long.");
        }
    }

    public void Fail(Exception cause)
    {
        var code =
            (cause as WireException)?.Code == TransportErrorCode.Malformed
                ? TransportErrorCode.Malformed
                : TransportErrorCode.ConnectionLost;
        End(code, cause.Message);
    }

    /// <summary>Ends the session and what runs for it. Only the first call counts.</summary>
    public void End(TransportErrorCode code, string reason)
    {
        NodeStream[] streams;
        WireChannel[] channels;
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            streams = [.. _streams];
            channels = [.. _channels];
            _channels.Clear();
            _streams.Clear();
        }

        if (code == TransportErrorCode.Malformed)
        {
            Log.Malformed(Node.Logger, Peer, reason);
        }

        _ended(this);
        foreach (var lane in _lanes)
        {
            lane.Close(code);
        }

        foreach (var stream in streams)
        {
            stream.Abort(code);
        }

        foreach (var channel in channels)
        {
            channel.Abort(code);
        }

        _ = _stop.CancelAsync();
    }

    private bool TryAdd(WireChannel channel, ServingLane? lane)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _channels.Add(channel);
                _lanes = lane is null ? _lanes : [.. _lanes, lane];
                return true;
            }
        }

        channel.Abort(TransportErrorCode.ConnectionLost);
        return false;
    }

    private async Task ReadAsync(WireChannel channel, IFrameSink sink)
    {
        try
        {
            await FrameReader.RunAsync(channel, sink, Node.Limits.MessageBytesMax, _stop.Token);
            Fail(new WireException(TransportErrorCode.ConnectionLost, "the node closed it"));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task ServeStreamAsync(WireChannel channel, ushort kind)
    {
        if (!OpenStreams.TryEnter())
        {
            channel.Abort(TransportErrorCode.Overloaded);
            return;
        }

        await using var stream = new NodeStream(Node, channel, kind, Closed);
        lock (_gate)
        {
            if (!_isEnded)
            {
                _streams.Add(stream);
            }
        }

        try
        {
            await Handler.OnStreamAsync(stream, _stop.Token);
        }
        catch (Exception e)
        {
            if (e is not (TransportStreamException or OperationCanceledException))
            {
                Log.HandlerFailed(Node.Logger, e, kind, Peer);
            }

            stream.Abort(TransportErrorCode.HandlerFailed);
        }
    }

    private void Closed(NodeStream stream)
    {
        OpenStreams.Leave();
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }
}
