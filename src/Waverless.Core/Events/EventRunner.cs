using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Runs one event and sees to what becomes of it: done, again later, or a dead letter.
/// </summary>
internal sealed class EventRunner(EventPumpParts parts, EventPump pump)
{
    private static readonly TimeSpan BookkeepingPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs an event on the scheduler.</summary>
    public async ValueTask RunAsync(FunctionLane lane, PendingEvent pending)
    {
        if (Enter(lane) is not { } function)
        {
            await GoneAsync(lane, pending);
            return;
        }

        FunctionOutcome outcome;
        try
        {
            if (!function.Statistics.IsShort)
            {
                await lane.Inbox.FlushAsync();
            }

            if (!function.Gate.TryEnter() && !await function.Gate.EnterAsync(parts.Runner.Stopping))
            {
                PostponeOverloaded(lane, pending);
                return;
            }

            try
            {
                outcome = await parts.Runner.RunAsync(function, Call(function, lane, pending));
            }
            finally
            {
                function.Gate.Exit();
            }
        }
        catch (OperationCanceledException) when (pump.IsStopping)
        {
            return;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever happens, the lane goes on and the event is not forgotten.
            Log.RunFailed(parts.Logger, failure, function.Address, pending.Id);
            PostponeOverloaded(lane, pending);
            return;
        }
        finally
        {
            function.App.Leave();
        }

        await SettleAsync(lane, pending, function, outcome);
    }

    /// <summary>Runs an event on the calling guest thread.</summary>
    public void Run(FunctionLane lane, PendingEvent pending, ThreadWaiter waiter)
    {
        if (Enter(lane) is not { } function)
        {
            waiter.Wait(GoneAsync(lane, pending));
            return;
        }

        FunctionOutcome outcome;
        try
        {
            if (!function.Statistics.IsShort)
            {
                // What has ended must not wait for what may take long.
                waiter.Wait(lane.Inbox.FlushAsync());
            }

            if (
                !function.Gate.TryEnter()
                && !waiter.Wait(function.Gate.EnterAsync(parts.Runner.Stopping))
            )
            {
                PostponeOverloaded(lane, pending);
                return;
            }

            try
            {
                outcome = waiter.Wait(
                    parts.Runner.RunAsync(function, Call(function, lane, pending))
                );
            }
            finally
            {
                function.Gate.Exit();
            }
        }
        catch (OperationCanceledException) when (pump.IsStopping)
        {
            return;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever happens, the lane goes on and the event is not forgotten.
            Log.RunFailed(parts.Logger, failure, function.Address, pending.Id);
            PostponeOverloaded(lane, pending);
            return;
        }
        finally
        {
            function.App.Leave();
        }

        var settling = SettleAsync(lane, pending, function, outcome);
        if (!settling.IsCompletedSuccessfully)
        {
            waiter.Wait(settling);
        }
    }

    /// <summary>
    /// The function is not in the catalog: a dead letter, unless the node stops, which retires all
    /// apps; then the event stays in the store for the next start.
    /// </summary>
    private ValueTask GoneAsync(FunctionLane lane, PendingEvent pending) =>
        pump.IsStopping
            ? default
            : BuryAsync(
                lane,
                pending,
                $"FunctionGone: '{lane.Inbox.Id.App}/{lane.Function}' is not deployed any more."
            );

    private DeployedFunction? Enter(FunctionLane lane)
    {
        while (parts.Catalog.Current.TryFind(lane.Inbox.Id.App, lane.Function, out var function))
        {
            if (function.App.TryEnter())
            {
                return function;
            }

            if (pump.IsStopping)
            {
                break;
            }
        }

        return null;
    }

    private FunctionCall Call(DeployedFunction function, FunctionLane lane, PendingEvent pending)
    {
        Failpoints.Pass(Failpoint.EventTaken);
        var record = pending.Record;
        var (trigger, payload) = record.Kind switch
        {
            EventKind.KeySet => (TriggerKind.KeySet, Payload.From(record.Key)),
            EventKind.KeyDelete => (TriggerKind.KeyDelete, Payload.From(record.Key)),
            EventKind.KeyExpired => (TriggerKind.KeyExpired, Payload.From(record.Key)),
            EventKind.Timer => (TriggerKind.Timer, Payload.From(record.Payload)),
            _ => (TriggerKind.Message, Payload.From(record.Payload)),
        };
        var call = new Invocation
        {
            Id = parts.Runner.NextId(),
            Address = function.Address,
            Function = function.Manifest,
            FunctionIndex = function.Index,
            Home = lane.Inbox.Id,
            Trigger = trigger,
            Payload = payload,
            Deadline = Deadline.After(parts.Time, function.Manifest.Limits.Timeout),
            Event = record,
            EventId = pending.Id,
            Attempt = record.Attempt + 1,
            Cascade = record.Cascade,
            Trace = record.Trace,
        };
        return new FunctionCall(call, lane, pending, parts.Runner.Stopping);
    }

    private ValueTask SettleAsync(
        FunctionLane lane,
        PendingEvent pending,
        DeployedFunction function,
        in FunctionOutcome outcome
    )
    {
        Failpoints.Pass(Failpoint.EventRan);
        var result = outcome.Result;
        switch (result.Status)
        {
            case InvocationStatus.Completed when outcome.CompletionCommitted:
                pump.Ended(lane, pending);
                lane.Release(pending);
                return default;
            case InvocationStatus.Completed:
                lane.Inbox.Completions.Add(lane, pending);
                lane.Release(pending);
                return default;
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
                return FailedAsync(lane, pending, function, result);
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
        var error = $"{result.Status}: {result.Error}";
        return parts.Retries.After(attempts) is { } wait
            ? RescheduleAsync(lane, pending, wait, error)
            : BuryAsync(lane, pending, error);
    }

    private async ValueTask RescheduleAsync(
        FunctionLane lane,
        PendingEvent pending,
        TimeSpan wait,
        string error
    )
    {
        var dueMs = parts.NowMs + (long)wait.TotalMilliseconds;
        var record = Failed(pending.Record, error);
        var commit = new Commit();
        Failpoints.Pass(Failpoint.RetryDecided);
        commit.Reschedule(lane.Utf8Function, pending.State, pending.Position, dueMs, record);
        if (!await pump.CommitAsync(lane.Inbox.Id, commit))
        {
            // The record still says what it said; the attempt is made again.
            Postpone(lane, pending, BookkeepingPause);
            return;
        }

        Failpoints.Pass(Failpoint.RetryWritten);
        var position = pending.Position with { DueMs = dueMs };
        var later = new PendingEvent(lane.Inbox.Id, position, EventState.Due, record)
        {
            HoldsKey = pending.HoldsKey,
        };
        lane.Postpone(later, dueMs);
    }

    private async ValueTask BuryAsync(FunctionLane lane, PendingEvent pending, string error)
    {
        var commit = new Commit();
        var record = Failed(pending.Record, error);
        commit.Bury(lane.Utf8Function, pending.State, pending.Position, record);
        if (!await pump.CommitAsync(lane.Inbox.Id, commit))
        {
            Postpone(lane, pending, BookkeepingPause);
            return;
        }

        Failpoints.Pass(Failpoint.Buried);
        var address = new FunctionAddress(lane.Inbox.Id.App, lane.Function);
        Log.Buried(parts.Logger, address, pending.Id, error);
        pump.Buried(lane, pending);
        lane.Release(pending);
    }

    private static EventRecord Failed(EventRecord record, string error) =>
        record with
        {
            Attempt = record.Attempt + 1,
            LastError = error.Length <= 1_024 ? error : error[..1_024],
        };

    private void PostponeOverloaded(FunctionLane lane, PendingEvent pending) =>
        Postpone(lane, pending, parts.Retries.WhenOverloaded());

    private void Postpone(FunctionLane lane, PendingEvent pending, TimeSpan wait) =>
        lane.Postpone(pending, parts.NowMs + (long)wait.TotalMilliseconds);
}
