namespace Waverless.Cluster.Membership;

/// <summary>
/// A suspicion and who shares it (Lifeguard's LHA-Suspicion): the more nodes suspect the same
/// life by themselves, the sooner it is counted out.
/// </summary>
internal sealed class Suspicion
{
    private readonly HashSet<NodeId> _by = [];
    private readonly int _sharersMax;

    public Suspicion(TimeSpan since, TimeSpan low, TimeSpan high, int sharersMax)
    {
        (Since, Low, High, _sharersMax) = (since, low, high, sharersMax);
    }

    public TimeSpan Since { get; }

    public TimeSpan Low { get; }

    public TimeSpan High { get; }

    /// <summary>When it ends, unless more nodes come to share it.</summary>
    public TimeSpan Ends
    {
        get
        {
            if (_sharersMax <= 0)
            {
                return Since + High;
            }

            var shared = Math.Log(Math.Max(1, _by.Count)) / Math.Log(_sharersMax + 1);
            var lasts = High - (High - Low) * Math.Min(1, shared);
            return Since + (lasts > Low ? lasts : Low);
        }
    }

    /// <summary>Whether somebody new shares it, and it matters.</summary>
    public bool Share(NodeId by) => _by.Count <= _sharersMax && _by.Add(by);
}
