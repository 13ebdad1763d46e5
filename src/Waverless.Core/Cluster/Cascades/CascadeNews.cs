using System.Collections.Concurrent;
using Waverless.Cluster.Peers;
using Waverless.Events;
using Waverless.Messaging;
using Item = Waverless.Messaging.Wire.CascadeNews.Types.Item;
using Kind = Waverless.Messaging.Wire.CascadeNews.Types.Item.Types.Kind;

namespace Waverless.Cluster.Cascades;

/// <summary>
/// Tells the nodes where callers wait what became of their cascades: many events in one message,
/// again until it is acknowledged. What a node that is gone does not hear, nobody waits for.
/// </summary>
internal sealed class CascadeNews(
    PeerClient peers,
    ulong bootId,
    Action<Func<Task>> start,
    TimeProvider time
) : ICascadeNews
{
    /// <summary>
    /// News that wait for one node; further ones are lost, and its caller waits until its deadline.
    /// </summary>
    public const int WaitingMax = 100_000;

    private const int ItemsMax = 512;
    private const int TriesMax = 10;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<uint, Line> _lines = new();

    public void Created(in CascadeRef of, EventId id) => Add(of, Kind.Created, id, 0);

    public void Ended(in CascadeRef of, EventId id, bool failed) =>
        Add(of, failed ? Kind.Failed : Kind.Ended, id, 0);

    public void Dropped(in CascadeRef of, EventId id) => Add(of, Kind.Dropped, id, 0);

    public void Deferred(in CascadeRef of, int count) => Add(of, Kind.Deferred, default, count);

    private void Add(in CascadeRef of, Kind kind, EventId id, int count)
    {
        var line = _lines.GetOrAdd(of.RootNode, static _ => new Line());
        if (line.Waiting.Count >= WaitingMax)
        {
            return;
        }

        line.Waiting.Enqueue(CascadeCodec.Encode(of, kind, id, count));
        if (Interlocked.Exchange(ref line.State, 2) == 0)
        {
            var node = new NodeId(of.RootNode);
            start(() => TellAsync(node, line));
        }
    }

    private async Task TellAsync(NodeId node, Line line)
    {
        do
        {
            Interlocked.Exchange(ref line.State, 1);
            while (line.Take() is { Items.Count: > 0 } news)
            {
                news.BootId = bootId;
                await TellAsync(node, news);
            }
        } while (Interlocked.CompareExchange(ref line.State, 0, 1) != 1);
    }

    private async ValueTask TellAsync(NodeId node, Messaging.Wire.CascadeNews news)
    {
        var pause = Pause;
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            var answer = await peers.AskAsync(
                node,
                ClusterMessages.Cascade,
                news,
                Messaging.Wire.CascadeHeard.Parser,
                Timeout,
                CancellationToken.None
            );
            if (answer.Reply is not null)
            {
                return;
            }

            await Task.Delay(pause, time);
            pause *= 2;
        }
    }

    /// <summary>What one node is still to hear, in order.</summary>
    private sealed class Line
    {
        public readonly ConcurrentQueue<Item> Waiting = new();

        // 0: idle, 1: telling, 2: telling, and there is more.
        public int State;

        private ulong _sequence;

        public Messaging.Wire.CascadeNews Take()
        {
            var news = new Messaging.Wire.CascadeNews { Sequence = ++_sequence };
            while (news.Items.Count < ItemsMax && Waiting.TryDequeue(out var item))
            {
                news.Items.Add(item);
            }

            return news;
        }
    }
}
