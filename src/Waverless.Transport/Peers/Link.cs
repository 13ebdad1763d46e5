using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using System.Security.Cryptography;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Lanes;
using Waverless.Transport.Protocol;
using Waverless.Transport.Protocol.Protos;
using Waverless.Transport.Streams;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Peers;

/// <summary>
/// A connection to one node, as the side that asks: lanes for requests, one for posts, and streams.
/// It ends once, as a whole. Thread-safe.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A source without a timer or a linked token has nothing to free."
)]
internal sealed class Link
{
    /// <summary>A lane with more bytes than this in its queue is passed over for another one.</summary>
    private const int LaneFullBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly IWireLink _wire;
    private readonly Action<Link> _ended;
    private readonly ulong _number = BitConverter.ToUInt64(
        RandomNumberGenerator.GetBytes(sizeof(ulong))
    );
    private readonly HashSet<NodeStream> _streams = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PendingRequest> _expired = [];
    private RequestLane[] _lanes = [];
    private Task<PostLane>? _posts;
    private PostLane? _postLane;
    private TransportError? _error;
    private long _received;
    private long _pinged;

    private Link(TransportNode node, NodeAddress to, IWireLink wire, Action<Link> ended)
    {
        (Node, To, _wire, _ended) = (node, to, wire, ended);
        Requests = new InFlight(node.Limits.PeerRequestsMax, node.Sent);
        OpenStreams = new InFlight(node.Limits.PeerStreamsMax);
        _received = node.Now;
    }

    public TransportNode Node { get; }

    public NodeAddress To { get; }

    public InFlight Requests { get; }

    public bool IsEnded => _error is not null;

    private InFlight OpenStreams { get; }

    /// <summary>The longest message that the other side takes.</summary>
    public int MessageBytesMax { get; private set; }

    /// <summary>Connects; the link is usable.</summary>
    /// <exception cref="WireException">It cannot be reached, is not trusted, or refused.</exception>
    public static async Task<Link> ConnectAsync(
        TransportNode node,
        IWire wire,
        NodeAddress to,
        Action<Link> ended,
        CancellationToken ct
    )
    {
        var link = new Link(node, to, await wire.DialAsync(to, ct), ended);
        try
        {
            var (channel, welcome) = await link.OpenAsync(Purpose.Requests, 0, ct);
            link.MessageBytesMax = (int)
                Math.Min(welcome.MessageBytesMax, (uint)node.Limits.MessageBytesMax);
            link.Add(channel);
            _ = link.WidenAsync();
            return link;
        }
        catch
        {
            link._wire.Abort();
            throw;
        }
    }

    public ValueTask<TransportReply> SendAsync(
        in TransportMessage message,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        if (Refusal(message) is { } error)
        {
            Node.Metrics.RefusedToSend(error.Code);
            return ValueTask.FromResult(new TransportReply(error));
        }

        if (!Requests.TryEnter())
        {
            Node.Metrics.RefusedToSend(TransportErrorCode.Overloaded);
            var why = $"{Requests.Count} requests are in flight, at most {Requests.Max} may be";
            return ValueTask.FromResult(
                new TransportReply(Error(TransportErrorCode.Overloaded, why))
            );
        }

        return Lane().SendAsync(message, timeout, ct);
    }

    public async ValueTask<TransportError?> PostAsync(
        TransportMessage message,
        CancellationToken ct
    )
    {
        if (message.Body.Length > MessageBytesMax)
        {
            Node.Metrics.RefusedToSend(TransportErrorCode.TooLarge);
            return TooLarge(message);
        }

        Task<PostLane> opening;
        lock (_gate)
        {
            opening = _posts ??= OpenPostsAsync();
        }

        try
        {
            return await (await opening.WaitAsync(ct)).PostAsync(message, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Error(TransportErrorCode.Cancelled, "the caller gave up");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return Lost(mayHaveBegun: false);
        }
    }

    /// <exception cref="TransportStreamException">It cannot be opened.</exception>
    public async ValueTask<TransportStream> OpenStreamAsync(ushort kind, CancellationToken ct)
    {
        if (!OpenStreams.TryEnter())
        {
            Node.Metrics.RefusedToSend(TransportErrorCode.Overloaded);
            var why = $"{OpenStreams.Max} streams are open";
            throw new TransportStreamException(Error(TransportErrorCode.Overloaded, why));
        }

        try
        {
            var (channel, _) = await OpenAsync(Purpose.Stream, kind, ct);
            var stream = new NodeStream(Node, channel, kind, Closed);
            lock (_gate)
            {
                if (_error is null)
                {
                    _streams.Add(stream);
                    return stream;
                }
            }

            stream.Abort(TransportErrorCode.ConnectionLost);
            throw new TransportStreamException(Lost(mayHaveBegun: false));
        }
        catch (WireException e)
        {
            OpenStreams.Leave();
            throw new TransportStreamException(Error(e.Code, e.Message));
        }
        catch (OperationCanceledException)
        {
            OpenStreams.Leave();
            throw;
        }
    }

    /// <summary>Ends what is due, asks whether the other side lives, and finds that it does not.</summary>
    public void Tick(long now)
    {
        foreach (var lane in _lanes)
        {
            lane.EndExpired(now, _expired);
        }

        var silent = Node.Since(Volatile.Read(ref _received));
        if (silent >= Node.Limits.DeadAfter)
        {
            Fail(
                new WireException(
                    TransportErrorCode.ConnectionLost,
                    $"nothing has arrived for {silent.TotalSeconds:0.0} s"
                )
            );
        }
        else if (silent >= Node.Limits.PingAfter && Node.Since(_pinged) >= Node.Limits.PingAfter)
        {
            _pinged = now;
            _lanes[0].Ping((ulong)now);
        }
    }

    public void OnReceived() => Volatile.Write(ref _received, Node.Now);

    /// <summary>Reads a channel until it ends, and then fails the link.</summary>
    public async Task ReadAsync(WireChannel channel, IFrameSink sink)
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

    /// <summary>The connection broke.</summary>
    public void Fail(Exception cause)
    {
        var code =
            (cause as WireException)?.Code == TransportErrorCode.Malformed
                ? TransportErrorCode.Malformed
                : TransportErrorCode.ConnectionLost;
        End(Error(code, $"the connection was lost: {cause.Message}"));
    }

    /// <summary>Ends the link with everything in flight. Only the first call counts.</summary>
    public void End(TransportError error)
    {
        NodeStream[] streams;
        lock (_gate)
        {
            if (_error is not null)
            {
                return;
            }

            _error = error;
            streams = [.. _streams];
            _streams.Clear();
        }

        if (error.Code == TransportErrorCode.Malformed)
        {
            Log.Malformed(Node.Logger, To.Id, error.Message);
        }

        _ended(this);
        _stop.Cancel();
        foreach (var lane in _lanes)
        {
            lane.Close(error);
        }

        _postLane?.Close(error.Code);

        foreach (var stream in streams)
        {
            stream.Abort(error.Code);
        }

        _wire.Abort();
    }

    public TransportError Error(TransportErrorCode code, string why) =>
        new(code, Node.Id, $"{To}: {why}.");

    public TransportError ErrorAt(TransportErrorCode code, uint at, string why) =>
        new(code, new(at), $"{To}: {why}");

    /// <summary>Why the link ended.</summary>
    public TransportError Lost(bool mayHaveBegun) =>
        mayHaveBegun ? Error(TransportErrorCode.ConnectionLost, "the connection was lost")
        : _error is { Code: TransportErrorCode.Stopped } stopped ? stopped
        : Error(TransportErrorCode.Unreachable, "the connection was lost");

    private TransportError? Refusal(in TransportMessage message) =>
        _error is not null ? Lost(mayHaveBegun: false)
        : message.Body.Length > MessageBytesMax ? TooLarge(message)
        : QueuedBytes() + message.Body.Length > Node.Limits.PeerQueueBytesMax
            ? Error(
                TransportErrorCode.Overloaded,
                $"more than {Node.Limits.PeerQueueBytesMax} bytes wait to be sent"
            )
        : null;

    private long QueuedBytes()
    {
        var bytes = 0L;
        foreach (var lane in _lanes)
        {
            bytes += lane.QueuedBytes;
        }

        return bytes;
    }

    private TransportError TooLarge(in TransportMessage message) =>
        Error(
            TransportErrorCode.TooLarge,
            $"a message of {message.Body.Length} bytes, at most {MessageBytesMax} are taken"
        );

    /// <summary>
    /// The first lane that is not full, so that small messages share writes and large ones do not
    /// hold them up.
    /// </summary>
    private RequestLane Lane()
    {
        var lanes = _lanes;
        var best = lanes[0];
        for (var index = 1; index < lanes.Length && best.QueuedBytes > LaneFullBytes; index++)
        {
            best = lanes[index].QueuedBytes < best.QueuedBytes ? lanes[index] : best;
        }

        return best;
    }

    private async Task WidenAsync()
    {
        try
        {
            while (_lanes.Length < Node.Limits.Lanes)
            {
                var (channel, _) = await OpenAsync(Purpose.Requests, 0, _stop.Token);
                Add(channel);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // One lane is enough, and if the connection broke the first one finds out.
        }
    }

    private void Add(WireChannel channel)
    {
        var lane = new RequestLane(this, channel);
        lock (_gate)
        {
            if (_error is not null)
            {
                channel.Abort(TransportErrorCode.ConnectionLost);
                return;
            }

            _lanes = [.. _lanes, lane];
        }

        lane.Start();
    }

    private async Task<PostLane> OpenPostsAsync()
    {
        var (channel, _) = await OpenAsync(Purpose.Posts, 0, _stop.Token);
        var lane = new PostLane(this, channel);
        lock (_gate)
        {
            if (_error is { } error)
            {
                channel.Abort(error.Code);
                throw new WireException(TransportErrorCode.Unreachable, error.Message);
            }

            _postLane = lane;
        }

        lane.Start();
        return lane;
    }

    private async Task<(WireChannel, Welcome)> OpenAsync(
        Purpose purpose,
        ushort kind,
        CancellationToken ct
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct, _stop.Token);
        patience.CancelAfter(Node.Limits.HandshakeTimeout);
        WireChannel? channel = null;
        try
        {
            channel = await _wire.OpenAsync(patience.Token);
            channel.Traffic = Node.Traffic;
            var hello = new Hello
            {
                VersionMin = ProtocolVersion.Ours.Min,
                VersionMax = ProtocolVersion.Ours.Max,
                Cluster = Node.Cluster,
                Node = Node.Id.Value,
                ExpectedNode = To.Id.Value,
                Boot = Node.Boot,
                Link = _number,
                Purpose = purpose,
                StreamKind = kind,
                MessageBytesMax = (uint)Node.Limits.MessageBytesMax,
            };
            return (channel, await Handshake.OpenAsync(channel, hello, patience.Token));
        }
        catch (Exception e)
        {
            channel?.Abort(TransportErrorCode.Unreachable);
            throw e switch
            {
                OperationCanceledException when !ct.IsCancellationRequested => new WireException(
                    TransportErrorCode.Unreachable,
                    $"no answer within {Node.Limits.HandshakeTimeout.TotalSeconds} s",
                    e
                ),
                AuthenticationException => new WireException(
                    TransportErrorCode.NotTrusted,
                    e.Message,
                    e
                ),
                // TLS stands, and then not a word: this is how a refused certificate looks from
                // here, because the other side checks it last.
                _ when _lanes.Length == 0 && IsLost(e) => new WireException(
                    TransportErrorCode.NotTrusted,
                    "the node closed the connection without an answer: it does not trust this "
                        + $"node's certificate, or it stops ({e.Message})",
                    e
                ),
                WireException { Code: TransportErrorCode.ConnectionLost } => new WireException(
                    TransportErrorCode.Unreachable,
                    e.Message,
                    e
                ),
                WireException or OperationCanceledException => e,
                _ => new WireException(TransportErrorCode.Unreachable, e.Message, e),
            };
        }
    }

    private static bool IsLost(Exception e) =>
        e is WireException { Code: TransportErrorCode.ConnectionLost }
        || (e is IOException and not WireException);

    private void Closed(NodeStream stream)
    {
        OpenStreams.Leave();
        lock (_gate)
        {
            _streams.Remove(stream);
        }
    }
}
