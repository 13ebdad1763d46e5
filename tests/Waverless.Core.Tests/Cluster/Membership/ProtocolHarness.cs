using System.Collections.Immutable;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>The protocol of node 1, whose others are played by the test.</summary>
internal sealed class ProtocolHarness : IMembershipOutput
{
    public const ulong Boot = 100;

    private readonly List<(NodeAddress To, ushort Kind, MembershipMessage Message)> _sent = [];

    public ProtocolHarness(MembershipOptions? options = null, params uint[] seeds)
    {
        Protocol = new MembershipProtocol(
            options ?? new MembershipOptions(),
            Boot,
            Record(1, Boot).Profile,
            [.. seeds.Select(Address)],
            new Random(1),
            this
        );
        Protocol.Start(Now);
    }

    public MembershipProtocol Protocol { get; }

    public TimeSpan Now { get; private set; }

    public List<string> Changes { get; } = [];

    public List<MemberRecord> Objections { get; } = [];

    public List<MemberRecord> ReplacedBy { get; } = [];

    public List<string> MalformedFrom { get; } = [];

    public List<NodeId> Probes { get; } = [];

    public int Refutations { get; private set; }

    public static NodeAddress Address(uint id) => new(new NodeId(id), "node-" + id, 2500);

    public static MemberRecord Record(
        uint id,
        ulong boot = 100,
        ulong incarnation = 0,
        MemberHealth health = MemberHealth.Alive,
        uint by = 0
    ) =>
        new(
            boot,
            incarnation,
            health,
            new MemberProfile(Address(id), NodeRoles.All),
            new NodeId(by == 0 ? id : by)
        );

    /// <summary>What was sent since the last time this was asked.</summary>
    public ImmutableArray<(NodeAddress To, ushort Kind, MembershipMessage Message)> Sent()
    {
        ImmutableArray<(NodeAddress, ushort, MembershipMessage)> sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>Something arrives from a node in its first life, or the given one.</summary>
    public void Arrive(uint from, ushort kind, Func<MembershipMessage, MembershipMessage> say) =>
        Arrive(Record(from), kind, say);

    public void Arrive(
        MemberRecord from,
        ushort kind,
        Func<MembershipMessage, MembershipMessage>? say = null
    )
    {
        var message = new MembershipMessage(from);
        Protocol.Receive(
            Now,
            from.Id,
            kind,
            MembershipCodec.Encode(say is null ? message : say(message))
        );
    }

    /// <summary>Gossip by node 2.</summary>
    public void Hear(params MemberRecord[] news) =>
        Arrive(2, ClusterMessages.Gossip, message => message with { News = news });

    /// <summary>Lets time pass; each probe is answered by those who answer.</summary>
    public void Pass(double seconds, params uint[] answering)
    {
        for (var end = Now + TimeSpan.FromSeconds(seconds); Now < end; )
        {
            var due = Protocol.Due;
            Now = due < end ? (due > Now ? due : Now) : end;
            Protocol.Tick(Now);
            foreach (var (to, kind, message) in _sent.ToArray())
            {
                if (kind == ClusterMessages.Ping && answering.Contains(to.Id.Value))
                {
                    var known = Protocol.Find(to.Id)!.Record;
                    Answer(known with { Health = MemberHealth.Alive }, message);
                }
            }

            if (answering.Length > 0)
            {
                _sent.RemoveAll(sent => answering.Contains(sent.To.Id.Value));
            }
        }
    }

    public void Answer(MemberRecord from, MembershipMessage ping) =>
        Arrive(
            from,
            ClusterMessages.Ack,
            message =>
                message with
                {
                    Sequence = ping.Sequence,
                    Boot = from.Boot,
                    Subject = from.Profile.Address,
                }
        );

    public MemberState? StateOf(uint id) => Protocol.Find(new NodeId(id))?.Record.State;

    public void Send(NodeAddress to, ushort kind, byte[] message)
    {
        var decoded = MembershipCodec.TryDecode(message, out var why);
        Assert.True(decoded is not null, why);
        _sent.Add((to, kind, decoded));
    }

    public void Changed(MemberRecord? before, MemberRecord after, string why) =>
        Changes.Add($"{after.Id}: {before?.State.ToString() ?? "-"} -> {after.State}");

    public void Forgotten(MemberRecord member) => Changes.Add($"{member.Id} forgotten");

    public void Refuted(MemberRecord member, TimeSpan after) => Refutations++;

    public void Probed(NodeId node, TimeSpan after, bool isDirect) => Probes.Add(node);

    public void Objected(MemberRecord accusation) => Objections.Add(accusation);

    public void Replaced(MemberRecord by) => ReplacedBy.Add(by);

    public void Malformed(NodeId from, string what) => MalformedFrom.Add(what);
}
