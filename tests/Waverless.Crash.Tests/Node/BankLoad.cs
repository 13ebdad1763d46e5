using System.Globalization;

namespace Waverless.Crash.Node;

/// <summary>
/// Transfers between four banks, each repeated after a crash under its idempotency key until it is
/// answered: the money is there, and each transfer happened once.
/// </summary>
internal sealed class BankLoad(int seed) : Load
{
    private const int Banks = 4;
    private const int Accounts = 4;
    private const long Money = Banks * Accounts * 1_000L;

    private readonly Lock _lock = new();
    private readonly HashSet<int> _unanswered = [];

    public override async Task VerifyAsync(HttpClient http)
    {
        int[] again;
        lock (_lock)
        {
            again = [.. _unanswered];
        }

        foreach (var id in again)
        {
            Assert.True(await CallAsync(http, id), $"transfer {id} has no answer");
            Acknowledge(id);
        }

        await Requests.UntilNothingIsMissingAsync(() => DifferenceAsync(http));
    }

    /// <summary>
    /// Another state of the store is there: only the money counts, not what was answered.
    /// </summary>
    public Task VerifyRestoredAsync(HttpClient http)
    {
        lock (_lock)
        {
            _unanswered.Clear();
        }

        Forget();
        return Requests.UntilNothingIsMissingAsync(() => DifferenceAsync(http));
    }

    protected override async Task<bool> CallAsync(HttpClient http, int id)
    {
        lock (_lock)
        {
            _unanswered.Add(id);
        }

        var transfer = TransferOf(id);
        var number = id.ToString(CultureInfo.InvariantCulture);
        var isDone = await Calls.PostAsync(
            http,
            $"/bank{transfer.Bank}/transfer",
            $"{number} {transfer.From} {transfer.To} {transfer.Other} {transfer.Amount}",
            $"transfer-{number}"
        );
        if (isDone)
        {
            lock (_lock)
            {
                _unanswered.Remove(id);
            }
        }

        return isDone;
    }

    private async Task<string?> DifferenceAsync(HttpClient http)
    {
        var sum = 0L;
        var sent = new HashSet<int>();
        var received = 0;
        var crossed = 0;
        for (var bank = 0; bank < Banks; bank++)
        {
            var parts = (await http.GetStringAsync($"/bank{bank}/audit")).Split(';');
            sum += long.Parse(parts[0], CultureInfo.InvariantCulture);
            var ids = Calls.Ids(parts[1]);
            sent.UnionWith(ids);
            crossed += ids.Count(id => IsCrossing(id, bank));
            received += Calls.Ids(parts[2]).Count;
        }

        return sum != Money ? $"the banks have {sum}; expected {Money}"
            : crossed != received ? $"{crossed} transfers left a bank, {received} arrived"
            : Missing(sent);
    }

    private bool IsCrossing(int id, int bank)
    {
        var transfer = TransferOf(id);
        Assert.Equal(transfer.Bank, bank);
        return transfer.Bank != transfer.Other;
    }

    /// <summary>Follows from the number, so that a repetition is the same.</summary>
    private Transfer TransferOf(int id)
    {
        var random = new Random(HashCode.Combine(seed, id) & int.MaxValue);
        return new Transfer(
            random.Next(Banks),
            random.Next(Banks),
            random.Next(Accounts),
            random.Next(Accounts),
            random.Next(1, 100)
        );
    }

    private readonly record struct Transfer(int Bank, int Other, int From, int To, int Amount);
}
