using System.Globalization;
using Waverless.Invocations;

namespace Waverless.Simulation.Clusters;

/// <summary>Adds items by way of any node, one after the other, and remembers what it was told.</summary>
internal sealed class LedgerClient(ClusterSim sim, int number, Func<bool> goesOn)
{
    private const double TimeoutSeconds = 5;
    private const double GraceSeconds = 3;
    private const int TriesMax = 4;

    private readonly Random _random = new(sim.Loop.Random.Next());

    /// <summary>What it has asked for, and what came of it.</summary>
    public List<LedgerItem> Items { get; } = [];

    public async Task RunAsync()
    {
        for (var i = 0; goesOn(); i++)
        {
            var item = new LedgerItem(_random.Next(LedgerApp.Accounts), (number * 100_000) + i);
            Items.Add(item);
            await AddAsync(item, isOnce: _random.Next(2) == 0);
            await sim.Loop.DelayAsync(_random.NextDouble() * 0.3);
        }
    }

    /// <summary>With a key it may ask again, also where the first try may have had effects.</summary>
    private async Task AddAsync(LedgerItem item, bool isOnce)
    {
        for (var tries = 1; tries <= (isOnce ? TriesMax : 1); tries++)
        {
            item.Take(await TryAsync(item, isOnce ? $"key-{item.Number}" : null));
            if (item.Outcome != LedgerOutcome.Unknown)
            {
                return;
            }

            await sim.Loop.DelayAsync(_random.NextDouble());
        }
    }

    /// <summary>What a node answers; null: it died over it, or nobody is there to ask.</summary>
    private async Task<InvocationResult?> TryAsync(LedgerItem item, string? once)
    {
        var nodes = sim.Nodes.Values.Where(node => !node.IsHung && node.Node.IsReady).ToArray();
        if (nodes.Length == 0)
        {
            return InvocationResult.Fail(InvocationStatus.Unavailable, "nobody is there");
        }

        var node = nodes[_random.Next(nodes.Length)];
        var account = item.Account.ToString(CultureInfo.InvariantCulture);
        var timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        var payload = $"{account}_{item.Number}";
        var asked = node.CallAsync(
            "ledger/add",
            payload,
            timeout: timeout,
            partition: account,
            once: once
        );
        var isThere = await sim.Loop.UntilAsync(
            () => asked.IsCompleted || IsDead(node),
            TimeSpan.FromSeconds(TimeoutSeconds + GraceSeconds)
        );
        if (!isThere && !node.HasHung)
        {
            sim.Violations.Add(
                $"node {node.Id} has not answered {TimeoutSeconds + GraceSeconds} s after it was "
                    + $"asked with a deadline of {TimeoutSeconds} s"
            );
        }

        return asked.IsCompletedSuccessfully ? await asked : null;
    }

    private bool IsDead(ClusterSimNode node) => sim.Nodes.GetValueOrDefault(node.Id) != node;
}
