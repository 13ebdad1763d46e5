using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

/// <summary>Both ends of a stream, and what carries bytes between them.</summary>
internal sealed class StreamPair
{
    private readonly MemoryTransport _client;
    private readonly MemoryTransport _server;
    private readonly StreamRelay _there;
    private readonly StreamRelay _back;
    private int _ended;

    public StreamPair(MemoryTransport client, MemoryTransport server, ushort kind)
    {
        (_client, _server) = (client, server);
        _there = new StreamRelay(client, server);
        _back = new StreamRelay(server, client);
        AtClient = new MemoryTransportStream(this, client, server, kind, _there, _back);
        AtServer = new MemoryTransportStream(this, server, client, kind, _back, _there);
    }

    public MemoryTransportStream AtClient { get; }

    public MemoryTransportStream AtServer { get; }

    /// <summary>Begins to carry bytes.</summary>
    public void Begin()
    {
        foreach (var relay in new[] { _there, _back })
        {
            _ = Task.Factory.StartNew(
                () => RunAsync(relay),
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                _client.Network.Scheduler
            );
        }
    }

    /// <summary>Ends both directions.</summary>
    public void Abort(NodeId at, TransportErrorCode code) =>
        Abort(
            new TransportStreamException(
                new TransportError(code, at, $"node {at} has ended the stream: {code}")
            )
        );

    /// <summary>One of the nodes goes; the other one hears, or its bytes time out.</summary>
    public void Close(MemoryStreams whose, bool silently)
    {
        var (gone, other) = whose == _client.Streams ? (_client, _server) : (_server, _client);
        other.Streams.Forget(this);
        var lost = MemoryStreams.Failure(
            TransportErrorCode.ConnectionLost,
            other.Local.Id,
            $"{gone.Local} went"
        );
        if (silently)
        {
            var timeline = gone.Network.Timeline;
            timeline.At(timeline.Now + other.Options.IdleTimeout, () => Abort(lost));
        }
        else
        {
            Abort(lost);
        }
    }

    private void Abort(TransportStreamException error)
    {
        _there.Abort(error);
        _back.Abort(error);
    }

    private async Task RunAsync(StreamRelay relay)
    {
        try
        {
            await relay.RunAsync();
        }
        catch (TransportStreamException error)
        {
            Abort(error);
        }

        if (Interlocked.Increment(ref _ended) == 2)
        {
            lock (_client.Network.Gate)
            {
                _client.Streams.Forget(this);
                _server.Streams.Forget(this);
            }
        }
    }
}
