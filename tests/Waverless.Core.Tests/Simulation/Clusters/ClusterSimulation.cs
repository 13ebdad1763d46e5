using Waverless.Cluster.Membership;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// One whole story of a cluster by its seed: the nodes meet, a plan of faults runs, everything
/// heals, all see each other again, one node dies in peace.
/// </summary>
internal sealed class ClusterSimulation
{
    private const double ConvergeSeconds = 20;

    private readonly FaultPlan _plan;
    private readonly SimCluster _cluster;
    private readonly ViewInvariants _views;

    public ClusterSimulation(int seed)
    {
        _plan = new FaultPlan(seed);
        _cluster = new SimCluster(seed, _plan.Nodes);
        _views = new ViewInvariants(_cluster);
        _cluster.Loop.Quiet = _views.Check;
    }

    public FaultPlan Plan => _plan;

    public SimCluster Cluster => _cluster;

    public ViewInvariants Views => _views;

    /// <summary>Runs the story; throws what must not be.</summary>
    public void Run() => _cluster.Run(TellAsync, 600);

    private async Task TellAsync()
    {
        await _cluster.StartAllAsync();
        Assert.True(await _cluster.ConvergeAsync(10), "the nodes have not met");
        await new FaultRunner(_cluster, _plan).RunAsync();
        Assert.True(
            await _cluster.ConvergeAsync(ConvergeSeconds),
            $"the views have not converged {ConvergeSeconds} s after the last fault:\n"
                + _cluster.Describe()
        );
        if (_plan.IsMild)
        {
            Assert.Equal(0, _views.FalseOuts);
        }

        await LoseOneAsync();
    }

    /// <summary>The bounds of the detection, where nothing else is wrong.</summary>
    private async Task LoseOneAsync()
    {
        // Whoever has come to doubt itself under the faults gets over it.
        Assert.True(
            await _cluster.Loop.UntilAsync(
                () => _cluster.Alive.All(one => one.Membership.HealthScore == 0),
                TimeSpan.FromSeconds(ConvergeSeconds)
            ),
            "a node doubts itself long after the last fault"
        );
        var id = (uint)_cluster.Loop.Random.Next(1, _plan.Nodes + 1);
        _cluster.Crash(id, silently: _cluster.Loop.Random.Next(2) == 0);
        await _cluster.Loop.DelayAsync(2);
        Assert.True(
            _cluster.Alive.Any(one =>
                one.Sees(_cluster[id]) is MemberState.Suspect or MemberState.Out
            ),
            $"node {id} is not suspected 2 s after its end:\n" + _cluster.Describe()
        );
        await _cluster.Loop.DelayAsync(3);
        Assert.True(
            _cluster.Alive.All(one => one.Sees(_cluster[id]) == MemberState.Out),
            $"node {id} is not out 5 s after its end:\n" + _cluster.Describe()
        );
    }
}
