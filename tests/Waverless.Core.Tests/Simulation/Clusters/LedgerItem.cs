using Waverless.Invocations;

namespace Waverless.Simulation.Clusters;

/// <summary>An item that a client has asked for, and what it was told about it.</summary>
internal sealed class LedgerItem(int account, int number)
{
    public int Account => account;

    public int Number => number;

    public LedgerOutcome Outcome { get; private set; } = LedgerOutcome.Refused;

    public string Told { get; private set; } = "";

    /// <summary>Takes an answer over; null: none came.</summary>
    public void Take(InvocationResult? answer)
    {
        Told += answer is { } told ? $" {told.Status} ({told.Error})" : " nothing";
        var now = answer?.Status switch
        {
            InvocationStatus.Completed => LedgerOutcome.Added,
            InvocationStatus.Unavailable
            or InvocationStatus.Overloaded
            or InvocationStatus.QueueFull => LedgerOutcome.Refused,
            _ => LedgerOutcome.Unknown,
        };

        // A later try that was refused says nothing of an earlier one.
        if (now != LedgerOutcome.Refused || Outcome != LedgerOutcome.Unknown)
        {
            Outcome = now;
        }
    }

    public override string ToString() => $"item {number} of account {account}:{Told}";
}
