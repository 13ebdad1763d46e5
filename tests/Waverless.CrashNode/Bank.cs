using System.Globalization;
using System.Text;
using Waverless.Hosting;
using Waverless.Kv;
using Waverless.Runtime;

namespace Waverless.CrashNode;

/// <summary>
/// Four banks, each an app and so a partition. A transfer is atomic within a bank and goes by
/// message to another; each leaves its mark, and a second mark is an error.
/// </summary>
internal static class Bank
{
    public const int Banks = 4;
    private const int Accounts = 4;
    private const long Opening = 1_000;

    public static void AddTo(IWaverlessBuilder waverless)
    {
        for (var bank = 0; bank < Banks; bank++)
        {
            waverless.AddFunction(
                $"bank{bank}/transfer",
                TransferAsync,
                f =>
                {
                    f.Post().Reads("acc_{}").Writes("acc_{}").Reads("out_{}").Writes("out_{}");
                    for (var other = 0; other < Banks; other++)
                    {
                        f.Sends($"bank{other}/deposit");
                    }
                }
            );
            waverless.AddFunction(
                $"bank{bank}/deposit",
                DepositAsync,
                f => f.OnMessage().Reads("acc_{}").Writes("acc_{}").Reads("in_{}").Writes("in_{}")
            );
            waverless.AddFunction(
                $"bank{bank}/audit",
                AuditAsync,
                f => f.Get().Reads("acc_{}").Reads("out_{}").Reads("in_{}")
            );
        }
    }

    /// <summary>Payload: id, account, other account, its bank, amount.</summary>
    public static async Task TransferAsync(string order, FunctionContext context)
    {
        var parts = order.Split(' ');
        var (id, from, to, bank) = (parts[0], parts[1], parts[2], parts[3]);
        var amount = Number(parts[4]);
        await MarkAsync(context, $"out_{id}");
        await AddAsync(context, from, -amount);
        if (context.Address.App == $"bank{bank}")
        {
            await AddAsync(context, to, amount);
            return;
        }

        await context.EnqueueTextAsync(
            $"bank{bank}/deposit",
            $"{id} {to} {parts[4]}",
            new MessageOptions { IdempotencyKey = id, OrderingKey = to }
        );
    }

    /// <summary>Payload: id, account, amount.</summary>
    public static async Task DepositAsync(string order, FunctionContext context)
    {
        var parts = order.Split(' ');
        await MarkAsync(context, $"in_{parts[0]}");
        await AddAsync(context, parts[1], Number(parts[2]));
    }

    /// <summary>Answers: the sum of all accounts; the ids sent; the ids received.</summary>
    public static async Task<string> AuditAsync(FunctionContext context)
    {
        var sum = 0L;
        for (var account = 0; account < Accounts; account++)
        {
            sum += await BalanceAsync(context, $"{account}");
        }

        var sent = await Marks.ListAsync(context, "out_");
        var received = await Marks.ListAsync(context, "in_");
        return $"{sum.ToString(CultureInfo.InvariantCulture)};{sent};{received}";
    }

    private static async Task MarkAsync(FunctionContext context, string mark)
    {
        if (!await Marks.TryAsync(context, mark))
        {
            throw new InvalidOperationException($"{context.Address}: {mark} comes a second time.");
        }
    }

    private static async Task AddAsync(FunctionContext context, string account, long amount)
    {
        var balance = await BalanceAsync(context, account) + amount;
        var text = balance.ToString(CultureInfo.InvariantCulture);
        await context.SetAsync($"acc_{account}", Encoding.UTF8.GetBytes(text));
    }

    private static async Task<long> BalanceAsync(FunctionContext context, string account) =>
        await context.GetTextAsync($"acc_{account}") is { } text ? Number(text) : Opening;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
