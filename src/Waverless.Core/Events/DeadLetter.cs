using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>An event that is out of attempts; or parked, with its ordering key.</summary>
/// <param name="Id">Names it on this node.</param>
/// <param name="Record">What the event tells, with payload and error history.</param>
/// <param name="IsParked">
/// Whether it holds its ordering key: later events of the key wait for it.
/// </param>
public sealed record DeadLetter(DeadLetterId Id, EventRecord Record, bool IsParked)
{
    /// <summary>The function that failed.</summary>
    public FunctionAddress Function => Id.Address;

    /// <summary>Stable identity of the event, the same after a replay.</summary>
    public EventId Event => Record.Source ?? new EventId(Id.Partition, Id.Revision, Id.Ordinal);

    /// <summary>The key of a key event, else the ordering key; null: neither.</summary>
    public KvKey? Key =>
        Record switch
        {
            { Key.IsEmpty: false } => new KvKey(Record.Key),
            { OrderingKey.IsEmpty: false } => new KvKey(Record.OrderingKey),
            _ => default(KvKey?),
        };

    /// <summary>The last error; null: the record is older than error histories.</summary>
    public EventError? LastError => Record.Errors.IsEmpty ? null : Record.Errors[^1];

    /// <summary>When it failed for good, Unix milliseconds.</summary>
    public long FailedMs => LastError?.TimeMs ?? Record.CreatedMs;

    /// <summary>The kind of the last error.</summary>
    public ErrorClass Error =>
        LastError?.Class
        ?? (
            Record.LastError?.StartsWith("DepthExceeded", StringComparison.Ordinal) == true
                ? ErrorClass.DepthExceeded
                : ErrorClass.Other
        );
}
