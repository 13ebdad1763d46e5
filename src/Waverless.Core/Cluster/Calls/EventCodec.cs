using Google.Protobuf;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Calls;

/// <summary>Events that run away from home, and what became of them, as messages.</summary>
internal static class EventCodec
{
    public static RunRequest Encode(PartitionId home, string function, PendingEvent pending)
    {
        var record = new byte[pending.Record.EncodedBytes];
        pending.Record.Encode(record);
        return new RunRequest
        {
            App = home.App,
            Partition = (uint)home.Number,
            Function = function,
            Record = UnsafeByteOperations.UnsafeWrap(record),
            State = (uint)pending.State,
            DueMs = pending.Position.DueMs,
            Priority = pending.Position.Priority,
            Revision = pending.Position.Revision,
            Ordinal = pending.Position.Ordinal,
        };
    }

    /// <summary>The event; null: the message is none.</summary>
    public static PendingEvent? Decode(RunRequest wire)
    {
        var state = (EventState)wire.State;
        if (
            wire.App.Length == 0
            || wire.Function.Length == 0
            || wire.Partition >= PartitionId.CountMax
            || wire.Priority > byte.MaxValue
            || wire.State > byte.MaxValue
            || wire.Ordinal < 0
            || !Enum.IsDefined(state)
            || EventRecord.Decode(wire.Record.Span) is not { } record
        )
        {
            return null;
        }

        var home = new PartitionId(wire.App, (int)wire.Partition);
        var position = new EventPosition(
            wire.DueMs,
            (byte)wire.Priority,
            wire.Revision,
            wire.Ordinal
        );
        return new PendingEvent(home, position, state, record);
    }

    public static RunReply Encode(in FunctionOutcome outcome)
    {
        var wire = new RunReply
        {
            Status = (uint)outcome.Result.Status,
            Ended = outcome.CompletionCommitted,
            Conflict = outcome.IsConflict,
        };
        if (outcome.Result.Error is { } error)
        {
            wire.Error = error;
        }

        return wire;
    }

    public static FunctionOutcome Decode(RunReply wire) =>
        new(
            new InvocationResult(
                (InvocationStatus)wire.Status,
                Error: wire.HasError ? wire.Error : null
            ),
            wire.Ended,
            wire.Conflict
        );
}
