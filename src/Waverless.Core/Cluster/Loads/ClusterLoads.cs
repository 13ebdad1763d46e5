using Waverless.Cluster.Membership;
using Waverless.Scheduling.Characters;

namespace Waverless.Cluster.Loads;

/// <summary>
/// Tells others of this node's load and of what functions did here, and takes in what they tell.
/// One thread at a time.
/// </summary>
internal sealed class ClusterLoads(IMembership members, CharacterTable characters)
{
    private readonly byte[] _body = new byte[LoadReport.BytesMax];
    private readonly Dictionary<NodeId, Heard> _heard = [];
    private byte[] _told = [];
    private int _unchanged;
    private int _silent;

    /// <summary>Reports that were none.</summary>
    public long Malformed { get; private set; }

    /// <summary>Reports the load, unless the others know it or it is not time yet.</summary>
    public void Tell(NodeLoad load, int nodes)
    {
        if (++_silent * LoadLimits.NodesPerPulse < nodes)
        {
            return;
        }

        _silent = 0;
        var length = LoadCodec.Write(load, _body);
        var room = Math.Clamp(
            CharacterLimits.ReportBytesMax * LoadLimits.NodesPerPulse / Math.Max(1, nodes),
            CharacterLimits.ReportBytesMin,
            CharacterLimits.ReportBytesMax
        );
        room = Math.Min(room, _body.Length - length);
        var news = characters.Tell(_body.AsSpan(length, room));
        var isSame = news == 0 && _body.AsSpan(0, length).SequenceEqual(_told);
        if (isSame && ++_unchanged < LoadLimits.UnchangedMax)
        {
            return;
        }

        _unchanged = 0;
        _told = _body.AsSpan(0, length).ToArray();
        members.Report(_body.AsMemory(0, length + news));
    }

    /// <summary>Takes in what is new of the others, and drops what is told of nobody.</summary>
    public void Hear(MembershipView view)
    {
        foreach (var member in view.Members)
        {
            if (members.LoadOf(member.Id) is { } report)
            {
                Hear(member.Id, report);
            }
        }

        if (_heard.Count > view.Members.Length)
        {
            foreach (var gone in _heard.Keys.Where(id => view.Find(id) is null).ToList())
            {
                _heard.Remove(gone);
            }
        }
    }

    /// <summary>The nodes that take work, with what they last reported.</summary>
    public ClusterSnapshot SnapshotOf(MembershipView view, ulong epoch) =>
        new(epoch, [.. view.Members.Where(TakesWork).Select(member => ViewOf(member))]);

    private bool TakesWork(Member member) =>
        member is { State: MemberState.Alive or MemberState.Suspect, Profile.IsLeaving: false }
        && member.Profile.Roles.HasFlag(NodeRoles.Worker)
        && !(_heard.TryGetValue(member.Id, out var heard) && heard.Load.IsDraining);

    private NodeView ViewOf(Member member)
    {
        var node = new NodeView(member.Id, member.Profile.Weight, member.Profile.Tags, Active: 0)
        {
            IsSuspected = member.State == MemberState.Suspect,
        };
        return _heard.TryGetValue(member.Id, out var heard) && heard.Boot == member.Boot
            ? heard.Load.On(node, heard.Counter)
            : node;
    }

    private void Hear(NodeId node, LoadReport report)
    {
        if (
            _heard.TryGetValue(node, out var heard)
            && (report.Boot, report.Counter).CompareTo((heard.Boot, heard.Counter)) <= 0
        )
        {
            return;
        }

        var body = report.Body.Span;
        if (!LoadCodec.TryRead(ref body, out var load))
        {
            Malformed++;
            return;
        }

        _heard[node] = new Heard(report.Boot, report.Counter, load);
        if (node != members.Local.Id && !characters.Hear(body))
        {
            Malformed++;
        }
    }

    private sealed record Heard(ulong Boot, ulong Counter, NodeLoad Load);
}
