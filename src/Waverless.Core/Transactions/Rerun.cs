using Waverless.Invocations;

namespace Waverless.Transactions;

/// <summary>What lasts from one run of an invocation to the next, when others came between.</summary>
internal sealed class Rerun(FunctionRunner runner, FunctionCall call) : IDisposable
{
    private static readonly TimeSpan PauseLongest = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs that others came between.</summary>
    public int Conflicts { get; private set; }

    /// <summary>The exclusive turn, once it has come to that.</summary>
    public Turn? Turn { get; private set; }

    /// <summary>The answers that the runs before have got from other functions.</summary>
    public CallLog? Calls { get; private set; }

    /// <summary>Whether to run again now; waits for the partition's turn if need be.</summary>
    public async ValueTask<bool> PrepareAsync(FunctionOutcome outcome)
    {
        if (!outcome.IsConflict)
        {
            return false;
        }

        Conflicts++;
        runner.Transactions.Conflict(call.Invocation.Address);
        Calls = outcome.Calls;
        if (IsOver())
        {
            return false;
        }

        call.Invocation.Window?.Restart();
        if (Conflicts < TransactionLimits.ConflictsMax)
        {
            return true;
        }

        using var bound = WaitBound.Of(call, runner.Time);
        try
        {
            if (Turn is not { IsHeld: true })
            {
                Turn = await runner.Turns.EnterAsync(call.Invocation.Home, bound.Token);
            }
            else
            {
                // Only writers that wait for nobody's turn come between now: let them get ahead.
                await Task.Delay(Pause(), runner.Time, bound.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return !IsOver();
    }

    public void Dispose() => Turn?.Dispose();

    private bool IsOver() =>
        call.Cancellation.IsCancellationRequested
        || call.Invocation.Deadline.Remaining(runner.Time) == TimeSpan.Zero;

    private TimeSpan Pause()
    {
        var doublings = Math.Min(Conflicts - TransactionLimits.ConflictsMax, 10);
        var pause = TimeSpan.FromMilliseconds(1L << doublings);
        return pause < PauseLongest ? pause : PauseLongest;
    }
}
