using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

/// <summary>
/// A network between nodes of one process, with the faults of a real one. Everything on it is
/// decided by the clock, the schedulers and the seed that it is given; nothing is shared by
/// reference between nodes. Thread-safe.
/// </summary>
/// <param name="time">Its clock.</param>
/// <param name="scheduler">Where the network's own work runs: none of the nodes'.</param>
/// <param name="random">Decides every fault; the network's alone.</param>
internal sealed class MemoryNetwork(TimeProvider time, TaskScheduler scheduler, Random random)
{
    private readonly Dictionary<(string Host, int Port), MemoryTransport> _listening = [];
    private readonly Dictionary<(NodeId From, NodeId To), MemoryLink> _links = [];
    private readonly Dictionary<NodeId, TimeSpan> _slow = [];
    private MemoryTimeline? _timeline;

    /// <summary>Guards the network and all that is on it; held for short steps only.</summary>
    public Lock Gate { get; } = new();

    public TimeProvider Time => time;

    public TaskScheduler Scheduler => scheduler;

    /// <summary>Of links that have none of their own.</summary>
    public LinkFaults Faults { get; set; } = LinkFaults.None;

    /// <summary>Hears of every message before its fate is decided; called under the lock.</summary>
    public Action<MemoryPacket>? Sent { get; set; }

    /// <summary>Hears of what handlers of posts and streams have thrown.</summary>
    public Action<NodeId, Exception>? Failed { get; set; }

    /// <summary>Messages that were lost.</summary>
    public long Lost { get; private set; }

    public MemoryTimeline Timeline => _timeline ??= new MemoryTimeline(time, Gate);

    /// <summary>
    /// A node's end of the network; it can be reached once it listens. Joining again under the
    /// address of a node that has crashed or stopped is its restart.
    /// </summary>
    public MemoryTransport Join(
        NodeAddress local,
        TaskScheduler node,
        MemoryTransportOptions? options = null
    ) => new(this, local, node, options ?? new MemoryTransportOptions());

    /// <summary>Faults of one direction; null: those of the network.</summary>
    public void SetFaults(NodeId from, NodeId to, LinkFaults? faults)
    {
        lock (Gate)
        {
            Link(from, to).Faults = faults;
        }
    }

    /// <summary>Lets nothing through in one direction.</summary>
    public void CutOneWay(NodeId from, NodeId to) => SetCut(from, to, isCut: true);

    /// <summary>Lets nothing through between two sets of nodes.</summary>
    public void Cut(IReadOnlyCollection<NodeId> some, IReadOnlyCollection<NodeId> others)
    {
        foreach (var one in some)
        {
            foreach (var other in others)
            {
                CutOneWay(one, other);
                CutOneWay(other, one);
            }
        }
    }

    /// <summary>Ends a cut in one direction.</summary>
    public void Heal(NodeId from, NodeId to) => SetCut(from, to, isCut: false);

    /// <summary>Ends all cuts; other faults stay.</summary>
    public void Heal()
    {
        lock (Gate)
        {
            foreach (var link in _links.Values)
            {
                link.IsCut = false;
            }
        }
    }

    /// <summary>Delays all that a node sends and receives.</summary>
    public void SetSlow(NodeId node, TimeSpan delay)
    {
        lock (Gate)
        {
            _slow[node] = delay;
        }
    }

    /// <summary>A node neither sends nor handles any more; what arrives waits. A SIGSTOP.</summary>
    public void Hang(NodeId node) => OnNodes(node, static transport => transport.Hang());

    /// <summary>A node that hung goes on with what has arrived. A SIGCONT.</summary>
    public void Resume(NodeId node) => OnNodes(node, static transport => transport.Resume());

    /// <summary>
    /// The process of a node dies: what is in flight there is lost, and whoever sends to it hears
    /// that nobody listens, until it joins again.
    /// </summary>
    /// <param name="node">Which.</param>
    /// <param name="silently">The machine dies with it: nobody hears anything.</param>
    public void Crash(NodeId node, bool silently = false) =>
        OnNodes(node, transport => transport.Close(silently));

    /// <summary>Who is at an address, or was there last.</summary>
    public MemoryTransport? Find(NodeAddress address) =>
        _listening.GetValueOrDefault((address.Host, address.Port));

    /// <summary>Listens; false: somebody else does.</summary>
    public bool TryListen(MemoryTransport transport)
    {
        var key = (transport.Local.Host, transport.Local.Port);
        if (_listening.TryGetValue(key, out var other) && !other.IsClosed)
        {
            return false;
        }

        _listening[key] = transport;
        return true;
    }

    /// <summary>An end of the network is closed.</summary>
    public void ForgetPeer(MemoryTransport peer)
    {
        foreach (var transport in _listening.Values)
        {
            transport.ForgetPeer(peer);
        }
    }

    /// <summary>
    /// Carries a message; what arrives at a node that is no more is lost, aloud or not.
    /// </summary>
    public void Carry(MemoryPacket packet, Action arrived, Action? refused = null)
    {
        if (packet.From.IsClosed && !packet.IsLast)
        {
            return;
        }

        if (packet.From.IsHung && !packet.IsLast)
        {
            packet.From.Hold(() => Carry(packet, arrived, refused));
            return;
        }

        Sent?.Invoke(packet);
        if (!TrySchedule(packet, arrived, refused))
        {
            Lost++;
            packet.Lost?.Invoke();
            return;
        }

        var link = Link(packet.From.Local.Id, packet.To.Local.Id);
        if (
            packet.Again is { } again
            && MemoryLink.Happens((link.Faults ?? Faults).Duplicate, random)
        )
        {
            again();
            if (!TrySchedule(packet, arrived, refused))
            {
                packet.Lost?.Invoke();
            }
        }
    }

    private bool TrySchedule(MemoryPacket packet, Action arrived, Action? refused)
    {
        var (from, to) = (packet.From.Local.Id, packet.To.Local.Id);
        var link = Link(from, to);
        var faults = link.Faults ?? Faults;
        if (link.Loses(faults, random))
        {
            return false;
        }

        var at = link.Arrival(faults, Timeline.Now, packet.Bytes, random);
        at += _slow.GetValueOrDefault(from) + _slow.GetValueOrDefault(to);
        Timeline.At(
            packet.IsPost ? link.AfterPosts(at) : at,
            () => packet.To.Arrive(packet, arrived, refused)
        );
        return true;
    }

    private void SetCut(NodeId from, NodeId to, bool isCut)
    {
        lock (Gate)
        {
            Link(from, to).IsCut = isCut;
        }
    }

    private MemoryLink Link(NodeId from, NodeId to)
    {
        if (!_links.TryGetValue((from, to), out var link))
        {
            _links[(from, to)] = link = new MemoryLink();
        }

        return link;
    }

    private void OnNodes(NodeId node, Action<MemoryTransport> action)
    {
        lock (Gate)
        {
            foreach (var transport in _listening.Values.ToArray())
            {
                if (transport.Local.Id == node && !transport.IsClosed)
                {
                    action(transport);
                }
            }
        }
    }
}
