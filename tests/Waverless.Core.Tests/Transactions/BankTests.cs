using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>
/// Money moves between accounts, within a partition by one transaction and between partitions by a
/// message, while the node crashes, commits are refused and messages are sent twice. It never gets
/// more or less, and every transfer happens once.
/// </summary>
public sealed class BankTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Sixteen_accounts_keep_their_sum_and_each_transfer_happens_once(int seed)
    {
        var sim = new Sim(seed);
        var bank = new Bank(sim);
        sim.Run(async () =>
        {
            for (var boot = 1; boot <= 4; boot++)
            {
                var node = await sim.BootAsync();
                bank.Watch(node);
                await bank.OpenAccountsAsync(node);
                Disturb(sim, node, crashes: boot < 4);
                await bank.OrderAsync(node, count: 30);
                if (boot < 4)
                {
                    await Task.WhenAny(sim.UntilAsync(() => node.IsDead), bank.SettledAsync(node));
                    node.Crash();
                }
                else
                {
                    node.Engine.Fault = null;
                    await bank.SettledAsync(node);
                    await bank.AssertEndAsync(node);
                }
            }
        });

        Assert.True(bank.Cuts > 100, $"looked at {bank.Cuts} cuts only");
        Assert.True(bank.Runs > bank.Orders, "nothing was ever run again");
    }

    private static void Disturb(Sim sim, SimNode node, bool crashes)
    {
        var left = crashes ? sim.Random.Next(80, 250) : int.MaxValue;
        node.Engine.Delay = () => sim.Random.Next(4) == 0 ? sim.Random.Next(1, 20) : 0;
        node.Engine.Fault = (_, _) =>
            sim.Random.Next(40) == 0
                ? Kv.CommitResult.Rejected(Kv.CommitRejection.StorageFull, "simulated: full")
                : null;
        if (sim.Random.Next(2) == 0)
        {
            node.Engine.CrashAfter = (_, _) => --left == 0;
        }
        else
        {
            node.Engine.CrashBefore = (_, _) => --left == 0;
        }
    }
}
