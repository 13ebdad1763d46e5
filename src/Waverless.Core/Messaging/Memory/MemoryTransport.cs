using System.Buffers;
using Waverless.Concurrency;

namespace Waverless.Messaging.Memory;

/// <summary>A node's end of a <see cref="MemoryNetwork"/>.</summary>
internal sealed class MemoryTransport(
    MemoryNetwork network,
    NodeAddress local,
    TaskScheduler scheduler,
    MemoryTransportOptions options
) : ITransport
{
    private readonly HashSet<PendingRequest> _requests = [];
    private readonly HashSet<ServedRequest> _served = [];
    private readonly Dictionary<MemoryTransport, PostLane> _posts = [];
    private readonly List<Action> _held = [];
    private readonly MemoryStreams _streams = new(network, options);
    private readonly CancellationTokenSource _stopping = new();
    private ITransportHandler? _handler;
    private bool _isSilent;

    public string Name => "memory";

    public NodeAddress Local => local;

    public MemoryNetwork Network => network;

    public MemoryTransportOptions Options => options;

    public TaskScheduler Scheduler => scheduler;

    public MemoryStreams Streams => _streams;

    public ITransportHandler Handler =>
        _handler ?? throw new InvalidOperationException("The transport does not listen.");

    /// <summary>Cancelled when it stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool IsHung { get; private set; }

    public bool IsClosed { get; private set; }

    public ValueTask ListenAsync(ITransportHandler handler, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (network.Gate)
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            if (_handler is not null)
            {
                throw new InvalidOperationException("The transport listens already.");
            }

            if (!network.TryListen(this))
            {
                throw new IOException($"{local} cannot be listened on: somebody else does.");
            }

            _handler = handler;
        }

        return default;
    }

    public ValueTask<TransportReply> SendAsync(
        NodeAddress to,
        TransportMessage message,
        CancellationToken ct
    )
    {
        lock (network.Gate)
        {
            if (Refusal(to, message.Body.Length) is { } refusal)
            {
                return new(new TransportReply(refusal));
            }

            if (ct.IsCancellationRequested)
            {
                return new(new TransportReply(Error(to, TransportErrorCode.Cancelled, Gone)));
            }

            if (_requests.Count >= options.RequestsMax)
            {
                var what = $"has {options.RequestsMax} requests of ours in flight already";
                return new(new TransportReply(Error(to, TransportErrorCode.Overloaded, what)));
            }

            var request = new PendingRequest(this, to);
            _requests.Add(request);
            var timeout = message.Timeout ?? options.Timeout;
            network.Timeline.At(network.Timeline.Now + timeout, () => TimeOut(request, timeout));
            if (ct.CanBeCanceled)
            {
                request.Registration = ct.Register(() => Cancel(request, to));
            }

            if (FindPeer(to, out var error) is { } peer)
            {
                new RequestCarrier(network, request, message).Carry(peer);
            }
            else
            {
                request.Fail(error!);
            }

            return new(request.Answer);
        }
    }

    public async ValueTask<TransportError?> PostAsync(
        NodeAddress to,
        TransportMessage message,
        CancellationToken ct
    )
    {
        Task<bool> room;
        PostLane lane;
        lock (network.Gate)
        {
            if (Refusal(to, message.Body.Length) is { } refusal)
            {
                return refusal;
            }

            if (FindPeer(to, out var error) is not { } peer)
            {
                return error;
            }

            if (peer.IsClosed)
            {
                return null;
            }

            lane = Lane(peer);
            room = lane.EnterAsync();
        }

        if (!room.IsCompleted)
        {
            if (!await MayEnterAsync(lane, room, ct))
            {
                return Error(to, TransportErrorCode.Cancelled, Gone);
            }
        }

        return Post(to, lane, message, await room);
    }

    public async ValueTask<TransportStream> ConnectAsync(
        NodeAddress to,
        ushort kind,
        CancellationToken ct
    )
    {
        Task<MemoryTransportStream> opening;
        lock (network.Gate)
        {
            var refusal = Refusal(to, 0);
            if (FindPeer(to, out var error) is not { } peer || refusal is not null)
            {
                throw new TransportStreamException((refusal ?? error)!);
            }

            opening = _streams.OpenAsync(this, peer, to, kind);
        }

        return await opening.OrCancelledAsync(ct);
    }

    public ValueTask DisposeAsync()
    {
        lock (network.Gate)
        {
            Close(silently: false);
        }

        return default;
    }

    /// <summary>Starts work of this node.</summary>
    public void Start(Func<Task> work) =>
        _ = Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            scheduler
        );

    public void Failed(Exception failure) => network.Failed?.Invoke(local.Id, failure);

    public void Forget(PendingRequest request) => _requests.Remove(request);

    /// <summary>Takes a request; null: there is no room.</summary>
    public ServedRequest? Serve(PendingRequest request)
    {
        if (_served.Count >= options.ServedMax)
        {
            return null;
        }

        var served = new ServedRequest(this, request);
        _served.Add(served);
        return served;
    }

    public void End(ServedRequest served)
    {
        served.Dispose();
        _served.Remove(served);
    }

    public void Hang() => IsHung = true;

    public void Hold(Action action) => _held.Add(action);

    public void Resume()
    {
        IsHung = false;
        var held = _held.ToArray();
        _held.Clear();
        foreach (var action in held)
        {
            action();
        }
    }

    /// <summary>Something arrives here.</summary>
    public void Arrive(MemoryPacket packet, Action arrived, Action? refused)
    {
        if (IsClosed)
        {
            (_isSilent ? packet.Lost : refused)?.Invoke();
        }
        else if (IsHung)
        {
            Hold(() => Arrive(packet, arrived, refused));
        }
        else
        {
            arrived();
        }
    }

    /// <summary>Ends everything of this node; whoever waits for it hears so, or does not.</summary>
    public void Close(bool silently)
    {
        if (IsClosed)
        {
            return;
        }

        (IsClosed, _isSilent) = (true, silently);
        var held = _held.ToArray();
        _held.Clear();
        foreach (var request in _requests.ToArray())
        {
            // It may have got there: only what is asked later has certainly not.
            request.Fail(
                TransportErrorCode.ConnectionLost,
                "was asked by a transport that was stopped before the answer"
            );
            if (!silently && request.Served is { } there)
            {
                // Who handles it sees the connection go, and that nobody waits any more.
                var packet = new MemoryPacket(this, there.At, 0) { IsLast = true };
                network.Carry(packet, there.Cancel);
            }
        }

        foreach (var served in _served.ToArray())
        {
            served.Cancel();
            if (!silently)
            {
                RequestCarrier.Lose(this, served.Request);
            }
        }

        foreach (var lane in _posts.Values)
        {
            lane.Close();
        }

        network.ForgetPeer(this);

        _streams.Close(silently);
        Start(() =>
        {
            _stopping.Cancel();
            return Task.CompletedTask;
        });
        foreach (var action in held)
        {
            action();
        }
    }

    /// <summary>Nothing more is posted to an end of the network that is closed.</summary>
    public void ForgetPeer(MemoryTransport peer)
    {
        if (_posts.Remove(peer, out var lane))
        {
            lane.Close();
        }
    }

    private const string Gone = "was asked by somebody who gave up";

    private static async ValueTask<bool> MayEnterAsync(
        PostLane lane,
        Task<bool> room,
        CancellationToken ct
    )
    {
        try
        {
            await room.OrCancelledAsync(ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            // The place may come later: it goes to the next one then.
            _ = room.ContinueWith(
                static (entered, state) =>
                {
                    var lane = (PostLane)state!;
                    lock (lane.To.Network.Gate)
                    {
                        lane.Leave();
                    }
                },
                lane,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Current
            );
            return false;
        }
    }

    private TransportError? Post(
        NodeAddress to,
        PostLane lane,
        TransportMessage message,
        bool entered
    )
    {
        lock (network.Gate)
        {
            if (!entered || IsClosed)
            {
                return Refusal(to, 0)
                    ?? Error(to, TransportErrorCode.ConnectionLost, "went while a post waited");
            }

            var body = message.Body.ToArray();
            var packet = new MemoryPacket(this, lane.To, message.Kind)
            {
                Body = body,
                IsPost = true,
                Lost = lane.Leave,
                Again = lane.EnterAgain,
            };
            network.Carry(packet, () => lane.Arrive(message.Kind, body, message.Trace), lane.Leave);
            return null;
        }
    }

    private PostLane Lane(MemoryTransport peer)
    {
        if (!_posts.TryGetValue(peer, out var lane))
        {
            _posts[peer] = lane = new PostLane(this, peer);
        }

        return lane;
    }

    private TransportError? Refusal(NodeAddress to, long bytes) =>
        IsClosed ? Error(to, TransportErrorCode.Stopped, "was asked by a stopped transport")
        : bytes > options.MessageBytesMax
            ? Error(
                to,
                TransportErrorCode.TooLarge,
                $"was to get {bytes} bytes at once; {options.MessageBytesMax} are allowed"
            )
        : null;

    private MemoryTransport? FindPeer(NodeAddress to, out TransportError? error)
    {
        var peer = network.Find(to);
        error =
            peer is null || (peer.IsClosed && !peer._isSilent)
                ? Error(to, TransportErrorCode.Unreachable, "is not listening")
            : peer.Local.Id != to.Id
                ? Error(to, TransportErrorCode.NotTrusted, $"is node {peer.Local.Id}")
            : null;
        return error is null ? peer : null;
    }

    private TransportError Error(NodeAddress to, TransportErrorCode code, string what) =>
        new(code, local.Id, $"{to} {what}");

    private static void TimeOut(PendingRequest request, TimeSpan timeout)
    {
        request.Fail(TransportErrorCode.TimedOut, $"has not answered within {timeout}");
        request.Served?.Cancel();
        request.Served = null;
    }

    private void Cancel(PendingRequest request, NodeAddress to)
    {
        lock (network.Gate)
        {
            if (request.IsDone)
            {
                return;
            }

            request.Fail(TransportErrorCode.Cancelled, Gone);
            if (network.Find(to) is { } peer)
            {
                network.Carry(new MemoryPacket(this, peer, 0), () => request.Served?.Cancel());
            }
        }
    }
}
