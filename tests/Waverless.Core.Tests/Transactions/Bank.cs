using System.Globalization;
using System.Text;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>The app of the bank test, and what is true of it at every moment.</summary>
internal sealed class Bank
{
    public const int Accounts = 16;
    public const int Partitions = 4;
    private const int Opening = 1_000;

    private readonly Sim _sim;
    private readonly Dictionary<string, string> _ordered = [];
    private readonly List<Task> _watches = [];
    private bool _hasEnded;

    public Bank(Sim sim)
    {
        _sim = sim;
        var app = sim.App("bank");
        app.Partitions = Partitions;
        app.Function(
            "transfer",
            f =>
                f.OnNew("order_{}_{}")
                    .Reads("order_{}_{}")
                    .Reads("balance_{}")
                    .Writes("balance_{}")
                    .Reads("done_{}_{}")
                    .Writes("done_{}_{}")
                    .Writes("sent_{}_{}")
                    .Sends("bank/credit"),
            TransferAsync
        );
        app.Function(
            "credit",
            f =>
                f.OnMessage()
                    .Reads("balance_{}")
                    .Writes("balance_{}")
                    .Reads("credited_{}_{}")
                    .Writes("credited_{}_{}"),
            CreditAsync
        );
    }

    public int Orders => _ordered.Count;

    /// <summary>How often any function has begun.</summary>
    public int Runs { get; private set; }

    /// <summary>How many states were looked at.</summary>
    public int Cuts { get; private set; }

    public async Task OpenAccountsAsync(SimNode node)
    {
        for (var i = 0; i < Accounts; i++)
        {
            var opening = new KvBatch()
                .RequireAbsent($"balance_{i}")
                .Set($"balance_{i}", Encoding.UTF8.GetBytes($"{Opening}"));
            await node.Store("bank").CommitAsync(opening);
        }
    }

    /// <summary>Orders transfers; those that got no answer before a crash are ordered again.</summary>
    public async Task OrderAsync(SimNode node, int count)
    {
        var orders = _ordered.ToList();
        for (var i = 0; i < count; i++)
        {
            var from = _sim.Random.Next(Accounts);
            var to = (from + _sim.Random.Next(1, Accounts)) % Accounts;
            var amount = _sim.Random.Next(1, Opening);
            orders.Add(new($"order_{from}_{_ordered.Count + i}", $"{to},{amount}"));
        }

        foreach (var (key, order) in orders)
        {
            _ordered[key] = order;
            var setting = node.Store("bank").SetTextAsync(key, order).AsTask();
            await _sim.UntilAsync(() => setting.IsCompleted || node.IsDead);
            if (node.IsDead)
            {
                return;
            }
        }
    }

    /// <summary>Waits until every order is carried out, and every message has arrived.</summary>
    public async Task SettledAsync(SimNode node)
    {
        while (!node.IsDead)
        {
            var state = await CutAsync(node);
            var done = state.Keys.Count(key => key.StartsWith("done_", StringComparison.Ordinal));
            if (done == Orders && Sum(state, "sent_") == Sum(state, "credited_"))
            {
                await node.DrainedAsync("bank");
                return;
            }

            await _sim.DelayAsync(20);
            foreach (var (key, order) in _ordered)
            {
                // An order that was refused for want of room is given again.
                if (!state.ContainsKey(key))
                {
                    _ = node.Store("bank").SetTextAsync(key, order).AsTask();
                }
            }
        }
    }

    /// <summary>Looks at the whole state again and again, until the node dies.</summary>
    public void Watch(SimNode node) => _watches.Add(WatchAsync(node));

    public async Task AssertEndAsync(SimNode node)
    {
        _hasEnded = true;
        await Task.WhenAll(_watches);
        var state = await CutAsync(node);
        Assert.Equal(Accounts * Opening, Sum(state, "balance_"));
        foreach (var (key, order) in _ordered)
        {
            var id = key["order_".Length..];
            Assert.Equal("1", state[$"done_{id}"]);
            if (state.TryGetValue($"sent_{id}", out var amount))
            {
                var to = order.Split(',')[0];
                Assert.Equal(amount, state[$"credited_{to}_{id.Split('_')[1]}"]);
            }
        }

        Assert.Contains(state.Keys, key => key.StartsWith("sent_", StringComparison.Ordinal));
        for (var partition = 0; partition < Partitions; partition++)
        {
            Assert.Empty(await node.DeadAsync("bank", "transfer", partition));
            Assert.Empty(await node.DeadAsync("bank", "credit", partition));
        }
    }

    private async Task WatchAsync(SimNode node)
    {
        while (!node.IsDead && !_hasEnded)
        {
            await CutAsync(node);
            await _sim.DelayAsync(10);
        }
    }

    private async Task TransferAsync(ScriptCall call)
    {
        Runs++;
        var id = call.Text["order_".Length..];
        var from = id.Split('_')[0];
        var order = (await call.GetAsync(call.Text))!.Split(',');
        var (to, amount) = (order[0], Number(order[1]));
        var done = Number(await call.GetAsync($"done_{id}") ?? "0");
        var balance = Number((await call.GetAsync($"balance_{from}"))!);
        await DisturbAsync();
        var batch = new KvBatch().Set($"done_{id}", Text(done + 1));
        if (balance >= amount)
        {
            batch.Set($"balance_{from}", Text(balance - amount));
            if (PartitionOf(from) == PartitionOf(to))
            {
                var other = Number((await call.GetAsync($"balance_{to}"))!);
                batch.Set($"balance_{to}", Text(other + amount));
            }
            else
            {
                batch.Set($"sent_{id}", Text(amount));
                Send(batch, to, id, amount);
            }
        }

        await call.CommitAsync(batch);
        await DisturbAsync();
    }

    /// <summary>Now and then twice; the second one is not to be delivered.</summary>
    private void Send(KvBatch batch, string to, string id, int amount)
    {
        var number = id.Split('_')[1];
        for (var i = _sim.Random.Next(3) == 0 ? 2 : 1; i > 0; i--)
        {
            batch.Enqueue(
                "bank/credit",
                Encoding.UTF8.GetBytes($"{to},{number},{amount}"),
                new MessageOptions { IdempotencyKey = number, PartitionKey = to }
            );
        }
    }

    private async Task CreditAsync(ScriptCall call)
    {
        Runs++;
        var parts = call.Text.Split(',');
        var (to, number, amount) = (parts[0], parts[1], Number(parts[2]));
        var balance = Number((await call.GetAsync($"balance_{to}"))!);
        var credited = Number(await call.GetAsync($"credited_{to}_{number}") ?? "0");
        await DisturbAsync();
        await call.CommitAsync(
            new KvBatch()
                .Set($"balance_{to}", Text(balance + amount))
                .Set($"credited_{to}_{number}", Text(credited + amount))
        );
        await DisturbAsync();
    }

    private async Task DisturbAsync()
    {
        if (_sim.Random.Next(2) == 0)
        {
            await _sim.DelayAsync(_sim.Random.Next(1, 40));
        }

        if (_sim.Random.Next(25) == 0)
        {
            throw new InvalidOperationException("simulated: the function failed");
        }
    }

    /// <summary>
    /// All partitions at one moment: what is in the accounts and under way is what was paid in.
    /// </summary>
    private async Task<Dictionary<string, string>> CutAsync(SimNode node)
    {
        var snapshots = new List<IReadSnapshot>();
        for (var partition = 0; partition < Partitions; partition++)
        {
            // Nothing runs in between: the simulation has one thread, and this does not wait.
            var opening = node.Engine.SnapshotAsync(
                new PartitionId("bank", partition),
                default,
                default
            );
            Assert.True(opening.IsCompleted || node.IsDead);
            if (node.IsDead)
            {
                return [];
            }

            snapshots.Add(await opening);
        }

        var state = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var snapshot in snapshots)
        {
            await ReadAsync(snapshot, state);
            snapshot.Dispose();
        }

        if (
            state.Keys.Count(key => key.StartsWith("balance_", StringComparison.Ordinal))
            == Accounts
        )
        {
            var underWay = Sum(state, "sent_") - Sum(state, "credited_");
            Assert.Equal(Accounts * Opening, Sum(state, "balance_") + underWay);
            Assert.True(underWay >= 0);
            Cuts++;
        }

        return state;
    }

    private static async Task ReadAsync(IReadSnapshot snapshot, Dictionary<string, string> into)
    {
        KvKey? from = KvKey.FromString("");
        while (from is { } begin)
        {
            var range = new KvRange(begin, default, 1_000);
            var page = await snapshot.ScanAsync(range, KeyArea.Data, default);
            foreach (var entry in page.Entries)
            {
                into[entry.Key.ToString()] = Encoding.UTF8.GetString(entry.Value.Span);
            }

            from = page.Next;
        }
    }

    private int PartitionOf(string account) =>
        new Apps.KeyPartitioner(_sim.Apps[0].Manifest).PartitionOfValue(account);

    private static int Sum(Dictionary<string, string> state, string prefix) =>
        state
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(pair => Number(pair.Value));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static byte[] Text(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
