using System.Globalization;
using System.Text;
using Waverless.Cluster;
using Waverless.Cluster.Moves;
using Waverless.Cluster.Placement;
using Waverless.Kv;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// A cluster at work while nodes come, leave and die, so that shards are under way all the time:
/// what was acknowledged has to be there in the end, and every event has to have had its effect
/// exactly once.
/// </summary>
internal sealed class MoveStorm
{
    private const int Keys = 24;
    private const int Chains = 6;
    private const int ChainLength = 25;
    private const int Counters = 5;

    private readonly ClusterSim _sim;
    private readonly int[] _acknowledged = new int[Keys];
    private readonly int[] _tried = new int[Keys];
    private readonly int[] _counted = new int[Counters];
    private readonly int[] _countTried = new int[Counters];
    private readonly Func<MoveStorm, Task> _chaos;
    private bool _isOver;
    private int _delayed;

    /// <summary>A cluster of three nodes under load.</summary>
    /// <param name="seed">What happens when.</param>
    /// <param name="chaos">What befalls it meanwhile; null: nodes come, leave and die.</param>
    public MoveStorm(int seed, Func<MoveStorm, Task>? chaos = null)
    {
        _chaos = chaos ?? (static storm => storm.ChaosAsync());
        _sim = new ClusterSim(seed) { Moves = true };
        var chain = _sim.App("chain");
        chain.Partitions = 16;
        chain.Function(
            "link",
            f => f.OnMessage().Sends("chain/link").Reads("done_{}").Writes("done_{}"),
            LinkAsync
        );
        _sim.App("later")
            .Function("due", f => f.OnMessage().Reads("late_{}").Writes("late_{}"), DueAsync);
        for (var i = 0; i < Counters; i++)
        {
            _sim.App("counter-" + i)
                .Function("add", f => f.Rpc().Reads("count").Writes("count"), AddAsync)
                .Function("seen", f => f.Reads("count").OnSet("count").Writes("seen"), SeenAsync);
        }
    }

    public ClusterSim Sim => _sim;

    /// <summary>Moves that were seen to happen.</summary>
    public ulong Epoch { get; private set; }

    public void Run() =>
        _sim.Run(async () =>
        {
            var work = Enumerable
                .Range(0, Keys)
                .Select(WriteAsync)
                .Concat(Enumerable.Range(0, Counters).Select(CountAsync))
                .Append(StartChainsAsync())
                .Append(DelayAsync())
                .ToList();
            await _chaos(this);
            _isOver = true;
            await Task.WhenAll(work);
            await SettleAsync();
            await CheckAsync();
        });

    private async Task ChaosAsync()
    {
        await PauseAsync(0.3);
        var next = 4u;
        for (var round = 0; round < 8; round++)
        {
            switch (_sim.Loop.Random.Next(4))
            {
                case 0 when next <= 6:
                    await _sim.JoinAsync(next++);
                    break;
                case 1 when _sim.Nodes.Count > 2:
                    await LeaveAsync();
                    break;
                default:
                    await CrashAsync();
                    break;
            }

            await PauseAsync(0.6);
        }
    }

    /// <summary>A node leaves, and maybe comes back; others die meanwhile.</summary>
    private async Task LeaveAsync()
    {
        var node = Any(others: 1);
        var crash = _sim.Loop.Random.Next(2) == 0 ? CrashAsync() : Task.CompletedTask;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), _sim.Loop.Clock);
        var hasLeft = true;
        try
        {
            await node.On(async () =>
                {
                    var id = new NodeId(node.Id);
                    await node.Node.Cluster!.Moves!.Departure.LeaveAsync(id, patience.Token);
                    return true;
                })
                .WaitAsync(TimeSpan.FromSeconds(25), _sim.Loop.Clock);
        }
        catch (Exception failure)
            when (failure is LeaveException or OperationCanceledException or TimeoutException)
        {
            hasLeft = false;
        }

        await crash;
        if (!hasLeft || !_sim.Nodes.TryGetValue(node.Id, out var same) || same != node)
        {
            return;
        }

        Assert.DoesNotContain(node.Engine.Partitions, node.Node.Cluster!.Homes.IsLocal);
        await _sim.StopAsync(node.Id);
        await PauseAsync(1);
        await _sim.BootAsync(node.Id);
    }

    private async Task CrashAsync()
    {
        var victim = Any().Id;
        _sim.Crash(victim);
        await PauseAsync(1);
        await _sim.BootAsync(victim);
    }

    private async Task SettleAsync()
    {
        foreach (var node in _sim.File.Where(node => !_sim.Nodes.ContainsKey(node.Id.Value)))
        {
            await _sim.BootAsync(node.Id.Value);
        }

        var target = TargetMap.Of(_sim.File);
        await UntilAsync(() =>
            _sim.Nodes.Values.All(node => node.Node.Cluster!.Homes.Map.Homes.SequenceEqual(target))
        );
        await UntilAsync(() =>
            _sim.Nodes.Values.All(node =>
                node.Engine.Partitions.All(node.Node.Cluster!.Homes.IsLocal)
            )
        );
        await _sim.DrainedAsync();
        Epoch = _sim.Nodes[1].Node.Cluster!.Homes.Map.Epoch;
    }

    private async Task UntilAsync(Func<bool> condition) =>
        Assert.True(
            await _sim.Loop.UntilAsync(condition, TimeSpan.FromMinutes(10)),
            "the shards are not where they belong 10 minutes after the last fault:\n"
                + string.Join("\n", _sim.Nodes.Values.Select(Describe))
        );

    private string Describe(ClusterSimNode node)
    {
        var cluster = node.Node.Cluster!;
        var map = cluster.Homes.Map;
        var target = TargetMap.Of(_sim.File);
        var wrong = Enumerable
            .Range(0, Shards.Count)
            .Where(shard => map.Homes[shard] != target[shard])
            .Select(shard => $"{shard}: {map.Homes[shard]} for {target[shard]}");
        var foreign = node.Engine.Partitions.Where(partition => !cluster.Homes.IsLocal(partition));
        return $"node {node.Id}: ready {node.Node.IsReady}, epoch {map.Epoch}, "
            + $"sees {string.Join(' ', cluster.Members.Current.Members.Select(m => $"{m.Id}{m.State}"))}, "
            + $"misplaced [{string.Join(", ", wrong)}], foreign [{string.Join(", ", foreign)}], "
            + $"closed [{string.Join(" ", Enumerable.Range(0, Shards.Count).Where(cluster.Homes.IsClosed))}]";
    }

    private async Task CheckAsync()
    {
        for (var i = 0; i < Keys; i++)
        {
            var value = int.Parse(await ReadAsync("keys-" + i, "key") ?? "0");
            Assert.True(
                value >= _acknowledged[i] && value <= _tried[i],
                $"key {i} is {value}; {_acknowledged[i]} was acknowledged, {_tried[i]} tried"
            );
        }

        for (var i = 0; i < Counters; i++)
        {
            var value = int.Parse(await ReadAsync("counter-" + i, "count") ?? "0");
            Assert.True(
                value >= _counted[i] && value <= _countTried[i],
                $"counter {i} is {value}; {_counted[i]} were acknowledged, {_countTried[i]} tried"
            );
        }

        for (var chain = 0; chain < Chains; chain++)
        {
            for (var left = 0; left < ChainLength; left++)
            {
                await UntilOnceAsync("chain", $"done_{chain}-{left}");
            }
        }

        for (var i = 0; i < _delayed; i++)
        {
            await UntilOnceAsync("later", "late_" + i);
        }
    }

    /// <summary>Written in the function's own commit: once, however often it ran.</summary>
    private async Task UntilOnceAsync(string app, string key)
    {
        var value = await ReadAsync(app, key);
        for (var tries = 0; value is null && tries < 200; tries++)
        {
            await _sim.Loop.DelayAsync(0.1);
            value = await ReadAsync(app, key);
        }

        Assert.True(value == "1", $"{app}/{key} has happened {value ?? "0"} times");
    }

    private Task<string?> ReadAsync(string app, string key) => _sim.Nodes[1].GetAsync(app, key);

    private async Task WriteAsync(int key)
    {
        while (!_isOver)
        {
            var version = ++_tried[key];
            var value = version.ToString(CultureInfo.InvariantCulture);
            var result = await TryAsync(node => node.SetAsync("keys-" + key, "key", value));
            if (result is { IsCommitted: true })
            {
                _acknowledged[key] = version;
            }
            else
            {
                // Whether it is there is not known until something newer is.
                await PauseAsync(0.05);
            }

            await PauseAsync(0.05);
        }
    }

    private async Task CountAsync(int counter)
    {
        while (!_isOver)
        {
            _countTried[counter]++;
            var result = await TryAsync(node => node.CallAsync($"counter-{counter}/add"));
            if (result is { IsCompleted: true })
            {
                _counted[counter]++;
            }

            await PauseAsync(0.05);
        }
    }

    private async Task StartChainsAsync()
    {
        for (var chain = 0; chain < Chains; chain++)
        {
            var text = $"{chain}-{ChainLength - 1}";
            await EnqueueAsync(
                "chain",
                "chain/link",
                text,
                new MessageOptions { PartitionKey = text }
            );
            await PauseAsync(0.4);
        }
    }

    private async Task DelayAsync()
    {
        while (!_isOver)
        {
            var text = _delayed.ToString(CultureInfo.InvariantCulture);
            var later = TimeSpan.FromSeconds(_sim.Loop.Random.NextDouble() * 4);
            await EnqueueAsync("later", "later/due", text, new MessageOptions { Delay = later });
            _delayed++;
            await PauseAsync(0.1);
        }
    }

    /// <summary>Enqueues once: by its idempotency key it may be tried again.</summary>
    private async Task EnqueueAsync(string app, string to, string text, MessageOptions options)
    {
        options = options with { IdempotencyKey = to + text };
        while (true)
        {
            var batch = new KvBatch().Enqueue(to, Encoding.UTF8.GetBytes(text), options);
            var result = await TryAsync(node =>
                node.On(async () => await node.Store(app).CommitAsync(batch))
            );
            if (result is { IsCommitted: true })
            {
                return;
            }

            await PauseAsync(0.1);
        }
    }

    /// <summary>Asks some node; null: it died, or has no answer.</summary>
    private async Task<T?> TryAsync<T>(Func<ClusterSimNode, Task<T>> work)
        where T : struct
    {
        try
        {
            return await work(Any()).WaitAsync(TimeSpan.FromSeconds(30), _sim.Loop.Clock);
        }
        catch (Exception failure)
            when (failure is StorageException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>A node that runs.</summary>
    private ClusterSimNode Any(uint others = 0)
    {
        var nodes = _sim.Nodes.Values.Where(node => node.Id != others).ToList();
        return nodes[_sim.Loop.Random.Next(nodes.Count)];
    }

    private Task PauseAsync(double mean) =>
        _sim.Loop.DelayAsync(mean * 2 * _sim.Loop.Random.NextDouble());

    private static async Task AddAsync(ScriptCall call)
    {
        var count = int.Parse(await call.GetAsync("count") ?? "0") + 1;
        await call.SetAsync("count", count.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task SeenAsync(ScriptCall call) =>
        await call.SetAsync("seen", await call.GetAsync("count") ?? "");

    private static async Task DueAsync(ScriptCall call)
    {
        var key = "late_" + call.Text;
        var before = int.Parse(await call.GetAsync(key) ?? "0");
        await call.SetAsync(key, (before + 1).ToString(CultureInfo.InvariantCulture));
    }

    private static async Task LinkAsync(ScriptCall call)
    {
        var parts = call.Text.Split('-');
        var key = "done_" + call.Text;
        var before = int.Parse(await call.GetAsync(key) ?? "0");
        var batch = new KvBatch().Set(
            key,
            Encoding.UTF8.GetBytes((before + 1).ToString(CultureInfo.InvariantCulture))
        );
        var left = int.Parse(parts[1]);
        if (left > 0)
        {
            var next = $"{parts[0]}-{left - 1}";
            var options = new MessageOptions { PartitionKey = next };
            batch.Enqueue("chain/link", Encoding.UTF8.GetBytes(next), options);
        }

        await call.CommitAsync(batch);
    }
}
