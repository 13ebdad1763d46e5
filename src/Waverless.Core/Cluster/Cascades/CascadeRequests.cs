using System.Collections.Concurrent;
using Waverless.Cluster.Peers;
using Waverless.Events;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Cascades;

/// <summary>Hears from other nodes what became of the cascades that callers here wait for.</summary>
internal sealed class CascadeRequests(CascadeRegistry registry)
{
    // The last news of each node. One is told after the other, so what is not newer came before.
    private readonly ConcurrentDictionary<NodeId, Heard> _heard = new();

    public void Serve(PeerRequests requests) =>
        requests.OnRequest(ClusterMessages.Cascade, Messaging.Wire.CascadeNews.Parser, HearAsync);

    private ValueTask<TransportReply> HearAsync(
        NodeId from,
        Messaging.Wire.CascadeNews news,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        if (_heard.GetOrAdd(from, static _ => new Heard()).IsNew(news.BootId, news.Sequence))
        {
            foreach (var item in news.Items)
            {
                CascadeCodec.Tell(registry, item);
            }
        }

        return new ValueTask<TransportReply>(PeerCodec.Reply(new CascadeHeard()));
    }

    private sealed class Heard
    {
        private readonly Lock _lock = new();
        private ulong _bootId;
        private ulong _sequence;

        public bool IsNew(ulong bootId, ulong sequence)
        {
            lock (_lock)
            {
                if (bootId == _bootId && sequence <= _sequence)
                {
                    return false;
                }

                (_bootId, _sequence) = (bootId, sequence);
                return true;
            }
        }
    }
}
