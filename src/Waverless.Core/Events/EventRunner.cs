using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Invocations;

namespace Waverless.Events;

/// <summary>
/// Runs events, one by one or in windows, on the scheduler or on the calling guest thread.
/// </summary>
internal sealed class EventRunner(EventPumpParts parts, EventPump pump)
{
    private readonly EventSettlement _settlement = new(parts, pump);

    /// <summary>Runs an event; with a waiter, on the calling thread to the end.</summary>
    public async ValueTask RunAsync(FunctionLane lane, PendingEvent pending, ThreadWaiter? waiter)
    {
        if (Enter(lane) is not { } function)
        {
            await waiter.On(GoneAsync(lane, pending));
            return;
        }

        FunctionOutcome? outcome;
        try
        {
            outcome = await RunAdmittedAsync(function, lane, pending, null, waiter);
        }
        catch (OperationCanceledException) when (IsOver(lane))
        {
            return;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever happens, the lane goes on and the event is not forgotten.
            Log.RunFailed(parts.Logger, failure, function.Address, pending.Id);
            outcome = null;
        }
        finally
        {
            function.App.Leave();
        }

        await waiter.On(_settlement.SettleAsync(lane, pending, function, outcome));
    }

    /// <summary>Runs a window of events as one invocation.</summary>
    public async ValueTask RunWindowAsync(
        FunctionLane lane,
        List<PendingEvent> events,
        ThreadWaiter? waiter
    )
    {
        if (Enter(lane) is not { } function)
        {
            // Later events of a key go back behind it: they have the same end, one by one.
            foreach (var group in WindowGroups.Of(events))
            {
                lane.Return(null, [.. group.Skip(1).Select(later => events[later])]);
                await waiter.On(GoneAsync(lane, events[group[0]]));
            }

            return;
        }

        if (parts.Placer?.MayNotRunHere(function) == true)
        {
            // They go to other nodes one by one.
            function.App.Leave();
            if (events is [var only])
            {
                await RunAsync(lane, only, waiter);
            }
            else
            {
                EventSettlement.RunSingly(lane, events);
            }

            return;
        }

        var window = new EventWindow(events);
        FunctionOutcome? outcome;
        try
        {
            outcome = await RunAdmittedAsync(function, lane, events[0], window, waiter);
        }
        catch (OperationCanceledException) when (IsOver(lane))
        {
            return;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.RunFailed(parts.Logger, failure, function.Address, events[0].Id);
            outcome = null;
        }
        finally
        {
            function.App.Leave();
        }

        await waiter.On(_settlement.SettleWindowAsync(lane, window, function, outcome));
    }

    /// <summary>Runs it when it is admitted; null: it was not.</summary>
    private async ValueTask<FunctionOutcome?> RunAdmittedAsync(
        DeployedFunction function,
        FunctionLane lane,
        PendingEvent pending,
        EventWindow? window,
        ThreadWaiter? waiter
    )
    {
        if (!function.Statistics.IsQuick)
        {
            // What has ended must not wait for what may take long. Not a question of threads: a
            // function that waits for the disk alone is quick, and takes it along for free.
            await waiter.On(lane.Inbox.FlushInAMomentAsync());
        }

        if (window is null && await waiter.On(PlaceAsync(function, lane, pending)) is { } elsewhere)
        {
            return elsewhere;
        }

        if (
            !function.Gate.TryEnter()
            && !await waiter.On(function.Gate.EnterTriggeredAsync(lane.Inbox.Tenure.Ends))
        )
        {
            return null;
        }

        try
        {
            var call = Call(function, lane, pending, window);
            return await waiter.On(parts.Runner.RunAsync(function, call));
        }
        finally
        {
            function.Gate.Exit();
        }
    }

    /// <summary>
    /// The function is not in the catalog: a dead letter, unless the node stops, which retires all
    /// apps; then the event stays in the store for the next start. On a node that has not caught
    /// up with its cluster it waits: others may have deployed the function meanwhile.
    /// </summary>
    private ValueTask GoneAsync(FunctionLane lane, PendingEvent pending)
    {
        if (IsOver(lane))
        {
            return default;
        }

        if (parts.MayCome(lane.Inbox.Id.App))
        {
            _settlement.PostponeOverloaded(lane, pending);
            return default;
        }

        return _settlement.BuryAsync(
            lane,
            pending,
            ErrorClass.FunctionGone,
            $"FunctionGone: '{lane.Address}' is not deployed any more."
        );
    }

    private bool IsOver(FunctionLane lane) => pump.IsStopping || lane.Inbox.Tenure.IsOver;

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

    /// <summary>Runs it on another node; null: it is to run here.</summary>
    private ValueTask<FunctionOutcome?> PlaceAsync(
        DeployedFunction function,
        FunctionLane lane,
        PendingEvent pending
    )
    {
        var home = lane.Inbox.Id;
        return
            parts.Placer is { } placer && placer.PlaceOf(function, home) is { IsHere: false } place
            ? placer.RunAsync(place, function, pending, home, parts.Runner.Stopping)
            : default;
    }

    private FunctionCall Call(
        DeployedFunction function,
        FunctionLane lane,
        PendingEvent pending,
        EventWindow? window
    )
    {
        Failpoints.Pass(Failpoint.EventTaken);
        var deadline = Deadline.After(parts.Time, function.Manifest.Limits.Timeout);
        var call = EventInvocation.Of(
            parts.Runner,
            function,
            lane.Inbox.Id,
            pending,
            deadline,
            window
        );
        return new FunctionCall(call, lane, pending, lane.Inbox.Tenure.Ends);
    }
}
