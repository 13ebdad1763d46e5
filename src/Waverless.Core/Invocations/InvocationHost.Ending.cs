using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Transactions;

namespace Waverless.Invocations;

internal sealed partial class InvocationHost
{
    /// <summary>Ends the invocation: commits what was buffered, then releases locks.</summary>
    public ValueTask<FunctionOutcome> FinishAsync(InvocationResult result)
    {
        if (_transaction is { IsConflicted: true } && MayRunAgain(result.Status))
        {
            _locks.ReleaseAll();
            return new ValueTask<FunctionOutcome>(Conflicted());
        }

        if (_isAtomic && result.IsCompleted && HasToCommit())
        {
            return CommitAtomicAsync(Begun(Function), result);
        }

        _locks.ReleaseAll();
        var named = result.IsCompleted ? result : result.Naming(Call.Address);
        return new ValueTask<FunctionOutcome>(new FunctionOutcome(named, false));
    }

    private static bool MayRunAgain(InvocationStatus status) =>
        status is not (InvocationStatus.TimedOut or InvocationStatus.Cancelled);

    private bool HasToCommit() =>
        _transaction is { HasWrites: true }
        || _calls is { HasStored: true }
        || Call.Idempotency is not null;

    private async ValueTask<FunctionOutcome> CommitAtomicAsync(
        Transaction transaction,
        InvocationResult result
    )
    {
        Failpoints.Pass(Failpoint.AtomicRan);
        var removedIn = default(PartitionId?);
        try
        {
            if (await WaitForTurnsAsync() is { } tooLate)
            {
                return new FunctionOutcome(tooLate, false);
            }

            ThrowIfLockLost();
            var commit = await transaction.CompleteAsync(CancellationToken.None);
            _traffic.Wrote(commit);
            var reads = commit.ConditionCount;
            AppendClaims(commit);
            var claims = commit.ConditionCount;
            Call.Idempotency?.AddTo(commit, result, runner.Door.Limits);
            var own = commit.ConditionCount;
            Append(commit, result);
            commit.GuestThreads = runner.Waiter.Own;
            var committed = await runner.Door.CommitAsync(
                Function.Address.App,
                Call.Home,
                commit,
                Origin(Function) with
                {
                    Messages = transaction.Writes.Messages,
                },
                CancellationToken.None
            );
            Failpoints.Pass(Failpoint.AtomicCommitted);
            removedIn = committed.IsCommitted ? Call.Home : default(PartitionId?);
            return OutcomeOf(committed, reads, claims, own, result);
        }
        catch (StorageException failure)
        {
            return Failed(InvocationStatus.StorageFailed, failure.Message);
        }
        catch (InvocationRefusedException refused)
        {
            return Failed(refused.Status, refused.Message);
        }
        finally
        {
            // Not before the commit: who takes the lock next must see what was written under it.
            _locks.ReleaseAll(removedIn);
        }
    }

    /// <summary>Makes the commit depend on events that another run may have ended.</summary>
    private void AppendClaims(Commit commit)
    {
        if (_call is not { Lane: { } lane, Pending: { } pending })
        {
            _call.Claim?.AppendTo(commit);
            return;
        }

        foreach (var item in Call.Window?.Pending ?? [pending])
        {
            if (item.IsDoubtful)
            {
                commit.RequireEvent(lane.Utf8Function, item.State, item.Position);
            }
        }
    }

    /// <summary>
    /// Another run has ended the event, and its effects are there: this one has none. Of a window
    /// it is not known which event that is, and all run again, each alone.
    /// </summary>
    private FunctionOutcome EndedBefore() =>
        Call.Window is null || _call.Claim is not null
            ? new FunctionOutcome(InvocationResult.Completed(), CompletionCommitted: true)
            : Failed(InvocationStatus.Failed, "An event of the window has been run elsewhere.");

    /// <summary>What goes into the commit besides what the function wrote.</summary>
    private void Append(Commit commit, in InvocationResult result)
    {
        if (_call.Lane is not null || _call.Claim is not null)
        {
            _calls?.AppendRemovals(commit);
        }

        if (_call.Answer is { } answer && answer.Partition == Call.Home)
        {
            answer.AppendTo(commit, result);
        }

        _locks.AppendReleases(commit, Call.Home);
    }

    /// <summary>
    /// What a commit's result means: its conditions are the reads, the events that may have ended,
    /// that of an idempotency key, and the locks, in this order.
    /// </summary>
    private FunctionOutcome OutcomeOf(
        in CommitResult committed,
        int reads,
        int claims,
        int own,
        InvocationResult result
    )
    {
        switch (committed.Status)
        {
            case CommitStatus.Committed:
                if (_call.Answer is { } answer && answer.Partition == Call.Home)
                {
                    answer.IsRecorded = true;
                }

                return new FunctionOutcome(result, true);
            case CommitStatus.ConditionFailed when committed.FailedCondition < reads:
                return Conflicted();
            case CommitStatus.ConditionFailed when committed.FailedCondition < claims:
                return EndedBefore();
            case CommitStatus.ConditionFailed when committed.FailedCondition >= own:
                var lost = LockLost();
                return Failed(lost.Status, lost.Message);
            default:
                return new FunctionOutcome(CommitFailures.ToResult(committed, Call.Address), false);
        }
    }

    /// <summary>Lets the run go first that has the partition's exclusive turn.</summary>
    private async ValueTask<InvocationResult?> WaitForTurnsAsync()
    {
        var turn = _call.Rerun?.Turn;
        if (runner.Turns.AreFree || turn is { IsHeld: true })
        {
            return null;
        }

        using var bound = WaitBound.Of(_call, runner.Time);
        try
        {
            await runner.Turns.PassAsync(Call.Home, bound.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return _call.Cancellation.IsCancellationRequested
                ? InvocationResult.Fail(
                    InvocationStatus.Cancelled,
                    $"The caller of '{Call.Address}' went away before its commit."
                )
                : InvocationResult.Fail(
                    InvocationStatus.TimedOut,
                    $"'{Call.Address}' could not commit before its deadline: others had the "
                        + $"exclusive turn of {Call.Home}."
                );
        }
    }

    private FunctionOutcome Conflicted() =>
        new(
            InvocationResult.Fail(
                InvocationStatus.Conflict,
                $"What '{Call.Address}' had read was changed by others before its commit."
            ),
            false,
            IsConflict: true,
            Calls: _calls
        );

    private FunctionOutcome Failed(InvocationStatus status, string message) =>
        new(InvocationResult.Fail(status, message).Naming(Call.Address), false);
}
