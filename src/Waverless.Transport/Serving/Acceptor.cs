using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Protocol;
using Waverless.Transport.Protocol.Protos;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Serving;

/// <summary>Takes the channels that other nodes open and brings each to its session.</summary>
internal sealed class Acceptor(TransportNode node, ITransportHandler handler)
{
    /// <summary>Links of one node at once: those that end and those that follow them.</summary>
    private const int LinksPerPeerMax = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<(NodeId, ulong), Session> _sessions = [];
    private readonly Dictionary<NodeId, PeerPosts> _posts = [];

    public void Accept(WireChannel channel)
    {
        channel.Traffic = node.Traffic;
        _ = ServeAsync(channel);
    }

    public void Tick(long now)
    {
        foreach (var session in Sessions())
        {
            session.Tick(now);
        }
    }

    public void Close()
    {
        foreach (var session in Sessions())
        {
            session.End(TransportErrorCode.Stopped, "The node stops.");
        }
    }

    private async Task ServeAsync(WireChannel channel)
    {
        using var patience = new CancellationTokenSource(
            node.Limits.HandshakeTimeout,
            node.Options.Time
        );
        try
        {
            var hello = await Handshake.ReceiveAsync(channel, node, patience.Token);
            var session = SessionOf(hello, channel.Peer);
            session.Check(hello.Purpose);
            await Handshake.AcceptAsync(channel, node, Version(hello), patience.Token);
            session.Serve(channel, hello);
        }
        catch (WireException e) when (e.Code != TransportErrorCode.ConnectionLost)
        {
            node.Metrics.RefusedToTake(e.Code);
            Log.Refused(node.Logger, $"node {channel.Peer}", e.Message);
            await RefuseAsync(channel, e, patience.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            Log.Refused(node.Logger, $"node {channel.Peer}", e.Message);
            channel.Abort(TransportErrorCode.Malformed);
        }
        catch (ObjectDisposedException)
        {
            channel.Abort(TransportErrorCode.Stopped);
        }
    }

    private static uint Version(Hello hello) =>
        ProtocolVersion.Ours.InCommonWith(new(hello.VersionMin, hello.VersionMax))!.Value;

    private static async Task RefuseAsync(
        WireChannel channel,
        WireException why,
        CancellationToken ct
    )
    {
        try
        {
            await Handshake.RejectAsync(channel, why.Code, why.Message, ct);
            await channel.EndWritesAsync();
            // The other side closes first, so that the refusal is not lost with the connection.
            await channel.ReadAsync(new byte[1], ct);
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It does not want to know.
        }

        channel.Abort(why.Code);
    }

    /// <exception cref="WireException">There may be none.</exception>
    private Session SessionOf(Hello hello, NodeId peer)
    {
        List<Session> replaced = [];
        Session session;
        lock (_gate)
        {
            if (_sessions.TryGetValue((peer, hello.Link), out var known))
            {
                return known;
            }

            if (node.IsStopped)
            {
                throw new WireException(TransportErrorCode.Stopped, "the transport is stopped");
            }

            if (hello.Purpose != Purpose.Requests)
            {
                throw new WireException(
                    TransportErrorCode.Unreachable,
                    "the link of this channel is not open"
                );
            }

            var others = _sessions.Values.Where(other => other.Peer == peer).ToList();
            replaced.AddRange(others.Where(other => !other.Boot.Equals(hello.Boot)));
            if (others.Count - replaced.Count >= LinksPerPeerMax || IsFull(others.Count > 0))
            {
                throw new WireException(
                    TransportErrorCode.Overloaded,
                    $"{_sessions.Count} links are open"
                );
            }

            if (!_posts.TryGetValue(peer, out var posts))
            {
                _posts.Add(peer, posts = new PeerPosts());
            }

            session = new Session(node, handler, peer, hello, posts, Ended);
            _sessions.Add((peer, hello.Link), session);
        }

        foreach (var old in replaced)
        {
            old.End(TransportErrorCode.ConnectionLost, "The node was started again.");
        }

        return session;
    }

    private bool IsFull(bool isKnown) =>
        !isKnown
        && _sessions.Keys.Select(key => key.Item1).Distinct().Count() >= node.Limits.PeersMax;

    private void Ended(Session session)
    {
        lock (_gate)
        {
            _sessions.Remove((session.Peer, session.Link));
            if (!_sessions.Keys.Any(key => key.Item1 == session.Peer))
            {
                _posts.Remove(session.Peer);
            }
        }
    }

    private Session[] Sessions()
    {
        lock (_gate)
        {
            return [.. _sessions.Values];
        }
    }
}
