using System.Collections.Immutable;

namespace Waverless.Cluster.Membership;

/// <summary>
/// The nodes of a cluster at one moment, as one of them sees them. Immutable. Other nodes may see
/// others: a view is a hint where to turn to, never a permission to write.
/// </summary>
/// <param name="Epoch">Grows with each change; counts for this node and this life of it only.</param>
/// <param name="Members">In order of their ids, this node included.</param>
internal sealed record MembershipView(ulong Epoch, ImmutableArray<Member> Members)
{
    public Member? Find(NodeId id)
    {
        var (low, high) = (0, Members.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = Members[middle];
            if (found.Id == id)
            {
                return found;
            }

            (low, high) = found.Id.Value < id.Value ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
