using System.Globalization;
using Waverless.Cluster.Deployment;
using Waverless.Cluster.Membership;
using Waverless.Kv;
using Waverless.Scheduling;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// One whole story of a cluster of whole nodes by its seed: clients add items by way of all nodes,
/// versions are deployed, a plan of faults runs; then everything heals, and each item is there as
/// often as its client was told.
/// </summary>
internal sealed class LedgerSimulation
{
    private const int Clients = 4;
    private const int LastVersion = 4;

    private readonly int _seed;
    private readonly FaultPlan _plan;
    private readonly ClusterSim _sim;
    private readonly LedgerProbe _probe;
    private readonly List<LedgerClient> _clients = [];
    private bool _isOver;

    public LedgerSimulation(int seed)
    {
        _seed = seed;
        _plan = new FaultPlan(seed);
        _sim = new ClusterSim(seed, _plan.Nodes)
        {
            Depots = true,
            Scheduler = new RandomScheduler(new SeededSequence((ulong)seed)),
            SkewOf = id => TimeSpan.FromSeconds(((seed * 7) + ((int)id * 13)) % 9 - 4),
        };
        _probe = new LedgerProbe(_sim);
    }

    public FaultPlan Plan => _plan;

    public int Items => _clients.Sum(client => client.Items.Count);

    public int Added => Of(LedgerOutcome.Added).Count();

    /// <summary>All that has run, in its order.</summary>
    public SimTrace Trace => _sim.Loop.Trace;

    /// <summary>Runs the story; throws what must not be.</summary>
    public void Run() => _sim.Run(TellAsync);

    private IEnumerable<LedgerItem> Of(LedgerOutcome outcome) =>
        _clients.SelectMany(client => client.Items).Where(item => item.Outcome == outcome);

    private async Task TellAsync()
    {
        await _sim.DeployAsync(_sim.Nodes[1], Version(1));
        for (var i = 0; i < Clients; i++)
        {
            _clients.Add(new LedgerClient(_sim, i, () => !_isOver));
        }

        var work = _clients.Select(client => client.RunAsync()).ToList();
        var deploying = DeployAsync();
        await new FaultRunner(_sim, _plan).RunAsync();
        await _sim.Loop.DelayAsync(3);
        _isOver = true;
        await Task.WhenAll(work);
        await deploying;
        await HealAsync();
        await DrainAsync();
        await CheckAsync();
    }

    /// <summary>Versions come while the faults are at work; what becomes of them is said.</summary>
    private async Task DeployAsync()
    {
        for (var version = 2; version <= LastVersion; version++)
        {
            await _sim.Loop.DelayAsync(_plan.Lasts / LastVersion);
            var nodes = _sim
                .Nodes.Values.Where(node => !node.IsHung && node.Node.IsReady)
                .ToArray();
            if (nodes.Length == 0)
            {
                continue;
            }

            var node = nodes[_sim.Loop.Random.Next(nodes.Length)];
            var deployed = _sim.DeployAsync(node, Version(version));
            await _sim.Loop.UntilAsync(
                () => deployed.IsCompleted || _sim.Nodes.GetValueOrDefault(node.Id) != node,
                DeployLimits.PhaseTimeout * 3
            );
            if (deployed.IsFaulted)
            {
                Assert.True(
                    deployed.Exception.InnerException is DeployException or StorageException,
                    deployed.Exception.ToString()
                );
            }
        }
    }

    /// <summary>In every third story its triggered functions run away from their events.</summary>
    private TestApp Version(int version) =>
        LedgerApp.Version(version, _probe, _seed % 3 == 0 ? [2, 3] : []);

    private async Task HealAsync()
    {
        foreach (var id in _sim.All.Where(id => !_sim.IsAlive(id.Value)))
        {
            await _sim.BeginAsync(id.Value);
        }

        Assert.True(
            await _sim.Loop.UntilAsync(HasConverged, TimeSpan.FromSeconds(60)),
            "the nodes do not see each other, or run the same, a minute after the last fault:\n"
                + string.Join("\n", _sim.Nodes.Values.Select(Describe))
        );
    }

    private bool HasConverged() =>
        _sim.Nodes.Values.All(node =>
            node.Node.IsReady
            && node.Node.Cluster!.Members.Current.Members.Count(member =>
                member.State == MemberState.Alive
            ) == _sim.Nodes.Count
        )
        && _sim.Nodes.Values.Select(VersionOf).Distinct().Count() == 1;

    private string Describe(ClusterSimNode node) =>
        $"node {node.Id}: ready {node.Node.IsReady}, version {VersionOf(node)}, sees "
        + string.Join(
            ", ",
            node.Node.Cluster!.Members.Current.Members.Select(member =>
                $"{member.Id} {member.State}"
            )
        );

    private static string VersionOf(ClusterSimNode node) =>
        new SimDepot(null!, node).ActiveHash(LedgerApp.Name);

    /// <summary>Until nothing waits, on any node, in any inbox or outbox.</summary>
    private async Task DrainAsync()
    {
        var quiet = 0;
        Assert.True(
            await _sim.Loop.UntilAsync(
                () =>
                {
                    var isEmpty = _sim.Nodes.Values.All(node =>
                        node.Node.Backlog.Of(LedgerApp.Name) == 0
                    );
                    quiet = isEmpty ? quiet + 1 : 0;
                    return quiet > 300;
                },
                TimeSpan.FromMinutes(10)
            ),
            "events wait 10 minutes after the last fault"
        );
    }

    private async Task CheckAsync()
    {
        Assert.Empty(_sim.Violations);
        var there = new Dictionary<int, int>();
        foreach (var item in _clients.SelectMany(client => client.Items))
        {
            var count = await CountAsync($"item_{item.Account}_{item.Number}");
            var (least, most) = item.Outcome switch
            {
                LedgerOutcome.Added => (1, 1),
                LedgerOutcome.Refused => (0, 0),
                _ => (0, 1),
            };
            Assert.True(
                count >= least && count <= most,
                $"{item} is there {count} times; expected {least} to {most}"
            );
            there[item.Account] = there.GetValueOrDefault(item.Account) + count;

            var other = LedgerApp.OtherOf(item.Account, item.Number);
            var seen = await CountAsync($"seen_{item.Account}_{item.Number}");
            var mailed = await CountAsync($"mail_{other}_{item.Number}");
            Assert.True(seen == count, $"{item} is there {count} times and was seen {seen} times");
            Assert.True(
                mailed == count,
                $"{item} is there {count} times and was mailed {mailed} times"
            );
        }

        foreach (var (account, count) in there)
        {
            Assert.Equal(count, await CountAsync($"sum_{account}"));
        }
    }

    private async Task<int> CountAsync(string key)
    {
        var nodes = _sim.Nodes.Values.ToArray();
        var node = nodes[_sim.Loop.Random.Next(nodes.Length)];
        var value = await node.GetAsync(LedgerApp.Name, key);
        return int.Parse(value ?? "0", CultureInfo.InvariantCulture);
    }
}
