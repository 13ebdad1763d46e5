using Waverless.Cluster;
using Waverless.Cluster.Membership;

namespace Waverless.Simulation.Clusters;

/// <summary>What has to hold of every view after every step, whatever happens.</summary>
internal sealed class ViewInvariants(SimCluster cluster)
{
    private readonly Dictionary<SimMember, MembershipView> _last = [];

    /// <summary>Changes of members to suspect, and out, that were false.</summary>
    public int FalseSuspicions { get; private set; }

    public int FalseOuts { get; private set; }

    public void Check()
    {
        foreach (var member in cluster.Members)
        {
            if (!member.IsAlive)
            {
                continue;
            }

            var view = member.Membership.Current;
            if (!_last.TryGetValue(member, out var last))
            {
                _last[member] = view;
                continue;
            }

            if (!ReferenceEquals(view, last))
            {
                Compare(member, last, view);
                _last[member] = view;
            }
        }
    }

    private void Compare(SimMember observer, MembershipView last, MembershipView view)
    {
        Assert.True(view.Epoch > last.Epoch, "a view's epoch did not grow");
        NodeId previous = default;
        foreach (var member in view.Members)
        {
            Assert.True(member.Id.Value > previous.Value, "a view is not in order");
            previous = member.Id;
            var before = last.Find(member.Id);
            Assert.True(
                before is null
                    || (member.Boot, member.Incarnation).CompareTo(
                        (before.Boot, before.Incarnation)
                    ) >= 0,
                $"node {observer.Id} shows an older life of {member.Id}: {before} -> {member}"
            );
            Count(member, before);
        }

        Assert.All(last.Members, member => Assert.NotNull(view.Find(member.Id)));
    }

    private void Count(Member member, Member? before)
    {
        var isTrue = !cluster[member.Id.Value].IsAlive || cluster.IsHung(member.Id.Value);
        if (before is null || isTrue || before.State == member.State)
        {
            return;
        }

        FalseSuspicions += member.State == MemberState.Suspect ? 1 : 0;
        FalseOuts += member.State == MemberState.Out ? 1 : 0;
    }
}
