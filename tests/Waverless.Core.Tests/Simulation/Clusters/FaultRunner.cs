using Waverless.Cluster;
using Waverless.Messaging.Memory;

namespace Waverless.Simulation.Clusters;

/// <summary>Does to a cluster what a plan says.</summary>
internal sealed class FaultRunner(IFaultTarget cluster, FaultPlan plan)
{
    private readonly List<PlannedFault> _running = [];

    /// <summary>Runs all faults; ends when the last one is over and everybody is back.</summary>
    public async Task RunAsync()
    {
        var start = cluster.Loop.Clock.Elapsed;
        var steps = plan
            .Faults.SelectMany(fault =>
                new[]
                {
                    (At: fault.Begin, fault, Begins: true),
                    (At: fault.End, fault, Begins: false),
                }
            )
            .OrderBy(step => step.At)
            .ToArray();
        foreach (var (at, fault, begins) in steps)
        {
            var wait = start + TimeSpan.FromSeconds(at) - cluster.Loop.Clock.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await cluster.Loop.DelayAsync(wait);
            }

            if (begins)
            {
                _running.Add(fault);
                await BeginAsync(fault);
            }
            else
            {
                _running.Remove(fault);
                await EndAsync(fault);
            }

            Apply();
        }
    }

    private async Task BeginAsync(PlannedFault fault)
    {
        if (fault.Kind is FaultKind.Crash or FaultKind.PowerLoss)
        {
            var id = fault.Nodes[0];
            if (cluster.IsAlive(id))
            {
                cluster.Crash(id, silently: fault.Kind == FaultKind.PowerLoss);
            }
        }
        else if (fault.Kind == FaultKind.Leave && cluster.IsAlive(fault.Nodes[0]))
        {
            // Nobody waits for it: it may hang or die over its goodbye.
            _ = cluster.Loop.Story.Start(() => cluster.LeaveAsync(fault.Nodes[0]));
            await cluster.Loop.DelayAsync(0);
        }
    }

    private async Task EndAsync(PlannedFault fault)
    {
        if (fault.Kind is not (FaultKind.Crash or FaultKind.PowerLoss or FaultKind.Leave))
        {
            return;
        }

        var id = fault.Nodes[0];
        var isDown = _running.Any(other =>
            other.Nodes.Contains(id)
            && other.Kind is FaultKind.Crash or FaultKind.PowerLoss or FaultKind.Leave
        );
        if (!isDown)
        {
            if (cluster.IsAlive(id))
            {
                // Its goodbye was not over, or it was never down.
                cluster.Crash(id, silently: false);
            }

            await cluster.BeginAsync(id);
        }
    }

    /// <summary>Sets network and nodes to the sum of the faults at work.</summary>
    private void Apply()
    {
        cluster.Network.Heal();
        cluster.Network.Faults = Faults();
        foreach (var node in cluster.All)
        {
            var id = node.Value;
            cluster.SetHung(id, Of(FaultKind.Hang, id) is not null);
            cluster.Network.SetSlow(node, TimeSpan.FromSeconds(Of(FaultKind.Slow, id)?.Size ?? 0));
        }

        foreach (var fault in _running)
        {
            Cut(fault);
        }
    }

    private void Cut(PlannedFault fault)
    {
        var nodes = fault.Nodes.Select(id => new NodeId(id)).ToArray();
        var others = cluster.All.Except(nodes).ToArray();
        switch (fault.Kind)
        {
            case FaultKind.Partition:
                cluster.Network.Cut(nodes, others);
                break;
            case FaultKind.OneWay:
                cluster.Network.CutOneWay(nodes[1], nodes[0]);
                break;
            case FaultKind.Deaf:
                foreach (var other in others)
                {
                    cluster.Network.CutOneWay(other, nodes[0]);
                }

                break;
        }
    }

    private LinkFaults Faults()
    {
        var storm = _running.Where(fault => fault.Kind == FaultKind.Storm).ToArray();
        return SimCluster.Lan with
        {
            Drop = _running
                .Where(fault => fault.Kind == FaultKind.Loss)
                .Select(fault => fault.Size)
                .DefaultIfEmpty()
                .Max(),
            Duplicate = storm.Select(fault => fault.Size).DefaultIfEmpty().Max(),
            DelayHigh = TimeSpan.FromMilliseconds(storm.Length > 0 ? 40 : 0.8),
        };
    }

    private PlannedFault? Of(FaultKind kind, uint node) =>
        _running.Find(fault => fault.Kind == kind && fault.Nodes.Contains(node));
}
