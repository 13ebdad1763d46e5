using System.Collections.Immutable;
using Waverless.Cluster;
using Waverless.Cluster.Membership;
using Waverless.Messaging;
using Waverless.Messaging.Memory;

namespace Waverless.Simulation.Clusters;

/// <summary>A whole cluster on one thread, one clock and one seed.</summary>
internal sealed class SimCluster : IFaultTarget
{
    private readonly SortedDictionary<uint, SimMember> _members = [];
    private readonly HashSet<uint> _hung = [];

    public SimCluster(int seed, int nodes)
    {
        Loop = new SimLoop(seed);
        Nodes = nodes;
        Network = new MemoryNetwork(Loop.Clock, Loop.Story, new Random(seed ^ 0x5EED))
        {
            Faults = Lan,
            Sent = packet =>
            {
                Trace.Add(packet.Body.Span);
                Messages++;
                Bytes += packet.Bytes;
            },
        };
        Seeds = [.. Enumerable.Range(1, Math.Min(3, nodes)).Select(id => Address((uint)id))];
    }

    /// <summary>A local network: under a millisecond, at times some more.</summary>
    public static LinkFaults Lan { get; } =
        new()
        {
            DelayLow = TimeSpan.FromMilliseconds(0.1),
            DelayHigh = TimeSpan.FromMilliseconds(0.8),
            StallChance = 0.01,
            Stall = TimeSpan.FromMilliseconds(20),
        };

    public SimLoop Loop { get; }

    public MemoryNetwork Network { get; }

    public SimTrace Trace { get; } = new();

    public int Nodes { get; }

    public ImmutableArray<NodeAddress> Seeds { get; set; }

    /// <summary>By how much the wall clock of the next node to start is off.</summary>
    public TimeSpan ClockSkew { get; set; }

    public MembershipOptions Options { get; set; } = new();

    public long Messages { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>All that ever were, in their latest lives.</summary>
    public IEnumerable<SimMember> Members => _members.Values;

    public IEnumerable<SimMember> Alive => _members.Values.Where(member => member.IsAlive);

    public SimMember this[uint id] => _members[id];

    public IReadOnlyCollection<NodeId> All => [.. _members.Values.Select(member => member.Id)];

    public bool IsAlive(uint id) => _members[id].IsAlive;

    public Task BeginAsync(uint id) => StartAsync(id);

    public Task LeaveAsync(uint id) => _members[id].LeaveAsync();

    public static NodeAddress Address(uint id) => new(new NodeId(id), "node-" + id, 2500);

    public async Task StartAllAsync()
    {
        for (var id = 1u; id <= Nodes; id++)
        {
            await StartAsync(id);
        }
    }

    /// <summary>Starts a node, or its next life.</summary>
    public async Task<SimMember> StartAsync(uint id, NodeAddress? address = null)
    {
        var member = new SimMember(this, address ?? Address(id));
        _members[id] = member;
        _hung.Remove(id);
        await member.StartAsync();
        return member;
    }

    /// <summary>The process of a node, or its machine, dies.</summary>
    public void Crash(uint id, bool silently = false)
    {
        _members[id].Kill();
        Network.Crash(new NodeId(id), silently);
    }

    public bool IsHung(uint id) => _hung.Contains(id);

    /// <summary>Lets a process stand still, or go on.</summary>
    public void SetHung(uint id, bool isHung)
    {
        if (isHung && _hung.Add(id))
        {
            _members[id].Scheduler.Pause();
            Network.Hang(new NodeId(id));
        }
        else if (!isHung && _hung.Remove(id))
        {
            _members[id].Scheduler.Resume();
            Network.Resume(new NodeId(id));
        }
    }

    /// <summary>Whether all that are alive see exactly each other alive, in their present lives.</summary>
    public bool HasConverged()
    {
        var alive = Alive.ToArray();
        return alive.All(one => alive.All(other => one.Sees(other) == MemberState.Alive))
            && alive.All(one =>
                one.Membership.Current.Members.Count(member => member.IsPresent) == alive.Length
            );
    }

    public Task<bool> ConvergeAsync(double seconds) =>
        Loop.UntilAsync(HasConverged, TimeSpan.FromSeconds(seconds));

    public string Describe() =>
        string.Join(
            "\n",
            Members.Select(one =>
                $"{one.Id}{(one.IsAlive ? "" : " (dead)")}: "
                + string.Join(
                    " ",
                    one.Membership.Current.Members.Select(m => $"{m.Id}={m.State}/{m.Incarnation}")
                )
            )
        );

    public void Run(Func<Task> story, double seconds = 3_600) =>
        Loop.Run(story, TimeSpan.FromSeconds(seconds));
}
