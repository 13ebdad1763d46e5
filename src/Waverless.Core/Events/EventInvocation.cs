using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Makes the invocation that runs an event.</summary>
internal static class EventInvocation
{
    /// <param name="runner">Where it runs.</param>
    /// <param name="function">What it starts.</param>
    /// <param name="home">The partition of the event.</param>
    /// <param name="pending">The event; of a window the first.</param>
    /// <param name="deadline">By when it has to have ended.</param>
    /// <param name="window">Further events that share it; null: none.</param>
    public static Invocation Of(
        FunctionRunner runner,
        DeployedFunction function,
        PartitionId home,
        PendingEvent pending,
        Deadline deadline,
        EventWindow? window = null
    )
    {
        var record = pending.Record;
        var isOfKey = record.Kind.IsOfKey();
        return new Invocation
        {
            Id = runner.NextId(),
            Address = function.Address,
            App = function.App,
            Function = function.Manifest,
            FunctionIndex = function.Index,
            Home = home,
            Trigger = TriggerOf(record.Kind),
            Payload = Payload.From(isOfKey ? record.Key : record.Payload),
            Deadline = deadline,
            Event = record,
            EventId = pending.Id,
            Attempt = record.Attempt + 1,
            Window = window,
            Cascade = window is null
                ? record.Cascade
                : record.Cascade with
                {
                    Depth = window.Pending.Max(e => e.Record.Cascade.Depth),
                },
            Trace = record.Trace,
        };
    }

    /// <summary>What starts a function whose event is of a kind.</summary>
    public static TriggerKind TriggerOf(EventKind kind) =>
        kind switch
        {
            EventKind.KeySet => TriggerKind.KeySet,
            EventKind.KeyDelete => TriggerKind.KeyDelete,
            EventKind.KeyExpired => TriggerKind.KeyExpired,
            EventKind.Timer => TriggerKind.Timer,
            _ => TriggerKind.Message,
        };
}
