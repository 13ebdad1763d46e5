using System.Collections.Concurrent;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Peers;
using Waverless.Transport.Serving;
using Waverless.Transport.Wires;

namespace Waverless.Transport;

/// <summary>Messages and streams between nodes, over whichever wire.</summary>
internal sealed class WireTransport : ITransport
{
    /// <summary>How exact timeouts are.</summary>
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(25);

    private readonly TransportNode _node;
    private readonly IWire _wire;
    private readonly string _reason;
    private readonly ConcurrentDictionary<NodeId, Peer> _peers = new();
    private readonly ITimer _ticks;
    private Acceptor? _acceptor;
    private NodeAddress? _local;
    private int _isTicking;

    /// <param name="options">Who and where this node is.</param>
    /// <param name="wire">What carries the messages; owned.</param>
    /// <param name="reason">Why this wire; for the log.</param>
    public WireTransport(TransportOptions options, IWire wire, string reason)
    {
        (_node, _wire, _reason) = (new TransportNode(options), wire, reason);
        _ticks = options.Time.CreateTimer(_ => Tick(), null, TickEvery, TickEvery);
    }

    public string Name => _wire.Name;

    public NodeAddress Local =>
        _local ?? throw new InvalidOperationException("The transport does not listen yet.");

    public async ValueTask ListenAsync(ITransportHandler handler, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (_acceptor is not null)
        {
            throw new InvalidOperationException("The transport listens already.");
        }

        _acceptor = new Acceptor(_node, handler);
        var port = await _wire.ListenAsync(_acceptor.Accept, ct);
        var options = _node.Options;
        var host = options.AdvertisedHost ?? options.Listen.Address.ToString();
        _local = new NodeAddress(_node.Id, host, port);
        Log.Listening(_node.Logger, Name, _local, _reason);
    }

    public ValueTask<TransportReply> SendAsync(
        NodeAddress to,
        TransportMessage message,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        var timeout = message.Timeout ?? _node.Limits.RequestTimeout;
        return
            !ct.IsCancellationRequested
            && _peers.TryGetValue(to.Id, out var peer)
            && peer.Address == to
            && peer.Current is { } link
            ? link.SendAsync(message, timeout, ct)
            : ConnectAndSendAsync(to, message, timeout, ct);
    }

    public async ValueTask<TransportError?> PostAsync(
        NodeAddress to,
        TransportMessage message,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        var found = await LinkAsync(to, _node.Limits.RequestTimeout, ct);
        return found.Link is { } link ? await link.PostAsync(message, ct) : found.Error;
    }

    public async ValueTask<TransportStream> ConnectAsync(
        NodeAddress to,
        ushort kind,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        var found = await LinkAsync(to, _node.Limits.RequestTimeout, ct);
        ct.ThrowIfCancellationRequested();
        return found.Link is { } link
            ? await link.OpenStreamAsync(kind, ct)
            : throw new TransportStreamException(found.Error!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node.IsStopped)
        {
            return;
        }

        _node.IsStopped = true;
        await _ticks.DisposeAsync();
        foreach (var peer in _peers.Values)
        {
            peer.Close(Stopped());
        }

        _acceptor?.Close();
        await _wire.DisposeAsync();
    }

    private async ValueTask<TransportReply> ConnectAndSendAsync(
        NodeAddress to,
        TransportMessage message,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        var began = _node.Now;
        var found = await LinkAsync(to, timeout, ct);
        if (found.Link is not { } link)
        {
            return new TransportReply(found.Error!);
        }

        var rest = timeout - _node.Since(began);
        return await link.SendAsync(message, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, ct);
    }

    /// <summary>The link to a node, or why there is none.</summary>
    private async ValueTask<LinkOrError> LinkAsync(
        NodeAddress to,
        TimeSpan timeout,
        CancellationToken ct
    )
    {
        if (_node.IsStopped)
        {
            return new LinkOrError(null, Stopped());
        }

        if (PeerAt(to) is not { } peer)
        {
            var why = $"{to}: {_node.Limits.PeersMax} nodes are known already.";
            return new LinkOrError(null, _node.Error(TransportErrorCode.Overloaded, why));
        }

        try
        {
            ct.ThrowIfCancellationRequested();
            return await peer.ConnectAsync().WaitAsync(timeout, _node.Options.Time, ct);
        }
        catch (OperationCanceledException)
        {
            var why = $"{to}: the caller gave up.";
            return new LinkOrError(null, _node.Error(TransportErrorCode.Cancelled, why));
        }
        catch (TimeoutException)
        {
            var why = $"{to}: not connected within the timeout.";
            return new LinkOrError(null, _node.Error(TransportErrorCode.Unreachable, why));
        }
    }

    /// <summary>What is known of a node; null: too many are known.</summary>
    private Peer? PeerAt(NodeAddress to)
    {
        while (true)
        {
            if (!_peers.TryGetValue(to.Id, out var known))
            {
                if (_peers.Count >= _node.Limits.PeersMax)
                {
                    return null;
                }

                known = _peers.GetOrAdd(to.Id, _ => new Peer(_node, _wire, to));
            }

            if (known.Address == to)
            {
                return known;
            }

            var moved = new Peer(_node, _wire, to);
            if (_peers.TryUpdate(to.Id, moved, known))
            {
                known.Close(
                    _node.Error(
                        TransportErrorCode.ConnectionLost,
                        $"{known.Address} moved to {to}."
                    )
                );
                return moved;
            }
        }
    }

    private TransportError Stopped() =>
        _node.Error(TransportErrorCode.Stopped, "The transport is stopped.");

    private void Tick()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) != 0)
        {
            return;
        }

        var now = _node.Now;
        foreach (var (_, peer) in _peers)
        {
            peer.Current?.Tick(now);
        }

        _acceptor?.Tick(now);
        Volatile.Write(ref _isTicking, 0);
    }
}
