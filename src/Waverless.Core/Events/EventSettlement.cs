using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Sees to what becomes of an event that was run: done, again later, a dead letter, or parked.
/// </summary>
internal sealed class EventSettlement(EventPumpParts parts, EventPump pump)
{
    private static readonly TimeSpan BookkeepingPause = TimeSpan.FromSeconds(1);

    /// <summary>Settles one event; without an outcome there was no room for it.</summary>
    public ValueTask SettleAsync(
        FunctionLane lane,
        PendingEvent pending,
        DeployedFunction function,
        in FunctionOutcome? outcome
    )
    {
        Failpoints.Pass(Failpoint.EventRan);
        var result = outcome?.Result;
        if (HasMoved(lane, outcome))
        {
            return default;
        }

        switch (result?.Status)
        {
            case InvocationStatus.Completed:
                Completed(lane, pending, outcome!.Value.CompletionCommitted);
                lane.Release(pending);
                return default;
            case null:
            case InvocationStatus.Conflict when outcome!.Value.IsConflict:
            case InvocationStatus.Overloaded
            or InvocationStatus.QueueFull
            or InvocationStatus.Unavailable
            or InvocationStatus.StorageFull
            or InvocationStatus.StorageFailed:
                PostponeOverloaded(lane, pending);
                return default;
            case InvocationStatus.Cancelled when pump.IsStopping:
                return default;
            default:
                return FailedAsync(lane, pending, function, result.Value);
        }
    }

    /// <summary>
    /// Settles the events of a window one by one if it completed. If it failed as a whole, they
    /// run again, each alone, which costs no attempt.
    /// </summary>
    public async ValueTask SettleWindowAsync(
        FunctionLane lane,
        EventWindow window,
        DeployedFunction function,
        FunctionOutcome? outcome
    )
    {
        var events = window.Pending;
        var isCompleted = outcome?.Result.IsCompleted == true;
        if (events.Count == 1 && (!isCompleted || window.Succeeded(0)))
        {
            await SettleAsync(lane, events[0], function, outcome);
            return;
        }

        var isStopped = outcome?.Result.Status == InvocationStatus.Cancelled && pump.IsStopping;
        if (isStopped || HasMoved(lane, outcome))
        {
            return;
        }

        if (isCompleted && !window.HasFailed)
        {
            Completed(lane, events, outcome!.Value.CompletionCommitted);
            lane.Release(events);
            return;
        }

        var runsAgainSoon =
            outcome is { IsConflict: false } known && !IsOverload(known.Result.Status);
        if (!isCompleted && runsAgainSoon)
        {
            var result = outcome!.Value.Result;
            Log.WindowFailed(
                parts.Logger,
                function.Address,
                events.Count,
                result.Status,
                result.Error
            );
        }

        foreach (var group in WindowGroups.Of(events))
        {
            if (isCompleted)
            {
                await SettleGroupAsync(lane, window, group, function, outcome!.Value);
            }
            else
            {
                ReturnGroup(lane, [.. group.Select(index => events[index])], runsAgainSoon);
            }
        }
    }

    /// <summary>Has the events of a window run each alone, which costs no attempt.</summary>
    public static void RunSingly(FunctionLane lane, List<PendingEvent> events)
    {
        foreach (var group in WindowGroups.Of(events))
        {
            ReturnSingly(lane, [.. group.Select(index => events[index])]);
        }
    }

    public async ValueTask BuryAsync(
        FunctionLane lane,
        PendingEvent pending,
        ErrorClass error,
        string text
    )
    {
        var commit = new Commit { Tenure = lane.Inbox.Tenure };
        var record = Failed(pending.Record, error, text);
        commit.Bury(lane.Utf8Function, pending.State, pending.Position, record);
        if (!await CommitAsync(lane, pending, commit))
        {
            return;
        }

        Failpoints.Pass(Failpoint.Buried);
        Log.Buried(parts.Logger, lane.Address, pending.Id, text);
        pump.Buried(lane, pending, record);
        lane.Release(pending);
    }

    /// <summary>
    /// The events are settled elsewhere, or here anew, unless they have been with the commit.
    /// </summary>
    private static bool HasMoved(FunctionLane lane, in FunctionOutcome? outcome) =>
        lane.Inbox.Tenure.IsOver && outcome is not { CompletionCommitted: true };

    private async ValueTask SettleGroupAsync(
        FunctionLane lane,
        EventWindow window,
        List<int> group,
        DeployedFunction function,
        FunctionOutcome outcome
    )
    {
        var events = window.Pending;
        foreach (var (place, index) in group.Index())
        {
            var pending = events[index];
            if (window.Succeeded(index))
            {
                Completed(lane, pending, outcome.CompletionCommitted);
                continue;
            }

            // Behind it before it is settled: its key may pass to them at once.
            lane.Return(null, [.. group.Skip(place + 1).Select(later => events[later])]);
            var failure = InvocationResult.Fail(
                InvocationStatus.Failed,
                window.FailureAt(index) ?? "An earlier event of its key failed."
            );
            await FailedAsync(lane, pending, function, failure.Naming(function.Address));
            return;
        }

        lane.Release(events[group[^1]]);
    }

    private void ReturnGroup(FunctionLane lane, PendingEvent[] group, bool runsAgainSoon)
    {
        if (!runsAgainSoon)
        {
            lane.Return(null, group.AsSpan(1));
            PostponeOverloaded(lane, group[0]);
            return;
        }

        ReturnSingly(lane, group);
    }

    private static void ReturnSingly(FunctionLane lane, PendingEvent[] group)
    {
        foreach (var pending in group)
        {
            pending.RunsAlone = true;
        }

        lane.Return(group[0], group.AsSpan(1));
    }

    private static bool IsOverload(InvocationStatus status) =>
        status
            is InvocationStatus.Overloaded
                or InvocationStatus.QueueFull
                or InvocationStatus.Unavailable
                or InvocationStatus.StorageFull
                or InvocationStatus.StorageFailed;

    private void Completed(FunctionLane lane, PendingEvent pending, bool isCommitted)
    {
        if (isCommitted)
        {
            pump.Ended(lane, pending);
        }
        else
        {
            lane.Inbox.Completions.Add(lane, pending);
        }
    }

    private void Completed(FunctionLane lane, IReadOnlyList<PendingEvent> events, bool isCommitted)
    {
        if (isCommitted)
        {
            pump.Ended(lane, events);
        }
        else
        {
            lane.Inbox.Completions.Add(lane, events);
        }
    }

    private ValueTask FailedAsync(
        FunctionLane lane,
        PendingEvent pending,
        DeployedFunction function,
        InvocationResult result
    )
    {
        var attempts = pending.Record.Attempt + 1;
        Log.EventFailed(
            parts.Logger,
            function.Address,
            pending.Id,
            attempts,
            result.Status,
            result.Error
        );
        var error = ErrorClasses.Of(result.Status);
        var text = $"{result.Status}: {result.Error}";
        parts.Metrics.Failed(lane.Address, error);
        if (parts.Retries.After(attempts, function.Manifest.Retry, error) is { } wait)
        {
            var dueMs = parts.NowMs + (long)wait.TotalMilliseconds;
            return RescheduleAsync(lane, pending, dueMs, Failed(pending.Record, error, text));
        }

        return
            function.Manifest.OnPoison == PoisonPolicy.Park
            && pending.IsOrdered
            && pump.Parked.HasRoom(lane)
            ? ParkAsync(lane, pending, error, text)
            : BuryAsync(lane, pending, error, text);
    }

    private ValueTask ParkAsync(
        FunctionLane lane,
        PendingEvent pending,
        ErrorClass error,
        string text
    )
    {
        Log.Parked(parts.Logger, lane.Address, pending.Id, text);
        var failed = Failed(pending.Record, error, text);
        var record = failed with { Flags = failed.Flags | EventFlags.Parked };
        return RescheduleAsync(lane, pending, ParkedEvents.DueMs, record);
    }

    private async ValueTask RescheduleAsync(
        FunctionLane lane,
        PendingEvent pending,
        long dueMs,
        EventRecord record
    )
    {
        var commit = new Commit { Tenure = lane.Inbox.Tenure };
        Failpoints.Pass(Failpoint.RetryDecided);
        commit.Reschedule(lane.Utf8Function, pending.State, pending.Position, dueMs, record);
        if (!await CommitAsync(lane, pending, commit))
        {
            return;
        }

        Failpoints.Pass(Failpoint.RetryWritten);
        var position = pending.Position with { DueMs = dueMs };
        var later = new PendingEvent(lane.Inbox.Id, position, EventState.Due, record)
        {
            HoldsKey = pending.HoldsKey,
        };
        lane.Postpone(pending, later, dueMs);
    }

    /// <summary>
    /// Commits what becomes of an event; false: that is settled, since another run has ended it, or
    /// it is to be tried again.
    /// </summary>
    private async ValueTask<bool> CommitAsync(
        FunctionLane lane,
        PendingEvent pending,
        Commit commit
    )
    {
        if (pending.IsDoubtful)
        {
            commit.RequireEvent(lane.Utf8Function, pending.State, pending.Position);
        }

        switch (await pump.TryCommitAsync(lane.Inbox.Id, commit))
        {
            case CommitStatus.Committed:
                return true;
            case CommitStatus.ConditionFailed when pending.IsDoubtful:
                pump.Ended(lane, pending);
                lane.Release(pending);
                return false;
            default:
                // The record still says what it said; the attempt is made again.
                Postpone(lane, pending, BookkeepingPause);
                return false;
        }
    }

    private EventRecord Failed(EventRecord record, ErrorClass error, string text)
    {
        var attempt = record.Attempt + 1;
        var last = new EventError(attempt, parts.NowMs, error, text);
        return record with
        {
            Attempt = attempt,
            LastError = text.Length <= 1_024 ? text : text[..1_024],
            Errors = EventErrors.Add(record.Errors, last),
        };
    }

    /// <summary>Runs it again later, which costs no attempt.</summary>
    public void PostponeOverloaded(FunctionLane lane, PendingEvent pending) =>
        Postpone(lane, pending, parts.Retries.WhenOverloaded());

    private void Postpone(FunctionLane lane, PendingEvent pending, TimeSpan wait) =>
        lane.Postpone(pending, parts.NowMs + (long)wait.TotalMilliseconds);
}
