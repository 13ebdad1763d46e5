using System.Globalization;
using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// An app in which each effect is counted where it happens: a call adds an item to the account of
/// its partition and sends a message to another partition; the item's key sets off a function, the
/// message another one. In versions that do the same.
/// </summary>
internal static class LedgerApp
{
    public const string Name = "ledger";
    public const int Accounts = 6;
    public const int ConcurrencyMax = 4;

    private const int Partitions = 8;

    /// <summary>A version.</summary>
    /// <param name="version">Which.</param>
    /// <param name="probe">Hears of what runs.</param>
    /// <param name="away">Nodes on which alone its triggered functions run; none: on all.</param>
    public static TestApp Version(int version, LedgerProbe probe, params int[] away)
    {
        var app = new TestApp(Name) { Partitions = Partitions };
        app.Answers(
            "add",
            f =>
                f.Rpc()
                    .Concurrency(ConcurrencyMax)
                    .Queue(100)
                    .Reads("item_{}_{}")
                    .Writes("item_{}_{}")
                    .Reads("sum_{}")
                    .Writes("sum_{}")
                    .Reads("version-" + version.ToString(CultureInfo.InvariantCulture))
                    .Sends("ledger/mail"),
            call => AddAsync(call, probe)
        );
        app.Function(
            "seen",
            f => f.Reads("item_{}_{}").OnSet("item_{}_{}").Reads("seen_{}_{}").Writes("seen_{}_{}"),
            call => CountAsync(call, "seen" + call.Text["item".Length..])
        );
        app.Function(
            "mail",
            f => f.OnMessage().Reads("mail_{}_{}").Writes("mail_{}_{}"),
            call => CountAsync(call, "mail_" + call.Text)
        );
        if (away.Length > 0)
        {
            // Most of it runs on another node than the one whose event it is.
            var affinity = new FunctionAffinity { NodeIds = [.. away] };
            app.On("mail", affinity).On("seen", affinity);
        }

        return app;
    }

    /// <summary>Where the message about an item goes.</summary>
    public static int OtherOf(int account, int item) => (account + 1 + (item % 3)) % Accounts;

    private static async ValueTask<InvocationResult> AddAsync(ScriptCall call, LedgerProbe probe)
    {
        var numbers = call.Text.Split('_').Select(int.Parse).ToArray();
        var (account, item) = (numbers[0], numbers[1]);
        using var inside = await probe.EnterAsync(call);
        var batch = new KvBatch();
        await AddOneAsync(call, batch, $"item_{account}_{item}");
        await AddOneAsync(call, batch, $"sum_{account}");
        var other = OtherOf(account, item);
        batch.Enqueue(
            "ledger/mail",
            Encoding.UTF8.GetBytes($"{other}_{item}"),
            new MessageOptions { PartitionKey = other.ToString(CultureInfo.InvariantCulture) }
        );
        await call.CommitAsync(batch);
        return InvocationResult.Completed(Encoding.UTF8.GetBytes("added"));
    }

    private static async Task CountAsync(ScriptCall call, string key)
    {
        var batch = new KvBatch();
        await AddOneAsync(call, batch, key);
        await call.CommitAsync(batch);
    }

    private static async Task AddOneAsync(ScriptCall call, KvBatch batch, string key)
    {
        var before = int.Parse(await call.GetAsync(key) ?? "0", CultureInfo.InvariantCulture);
        var after = (before + 1).ToString(CultureInfo.InvariantCulture);
        batch.Set(key, Encoding.UTF8.GetBytes(after));
    }
}
