using System.Security.Cryptography;
using System.Text;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations.Idempotency;

namespace Waverless.Kv.Messages;

/// <summary>Appends to a commit one event per message.</summary>
internal readonly ref struct MessageAppender(
    CatalogSnapshot catalog,
    string app,
    PartitionId partition,
    Commit commit,
    ICompletionSource pump,
    CommitOrigin origin,
    long nowMs,
    TimeSpan retention
)
{
    /// <summary>Where a message is at home: its target's partition (SEMANTICS §2).</summary>
    public static PartitionId HomeOf(CatalogSnapshot catalog, string app, Message message)
    {
        var target = message.Resolve(app);
        var value = message.Options.PartitionKey ?? message.Options.OrderingKey;
        return value is not null && catalog.Apps.TryGetValue(target.App, out var deployed)
            ? new PartitionId(target.App, deployed.Partitions.PartitionOfValue(value))
            : new PartitionId(target.App, 0);
    }

    /// <summary>Appends all messages.</summary>
    /// <returns>How many of them are delayed.</returns>
    public int Append(IReadOnlyList<Message> messages)
    {
        var delayed = 0;
        foreach (var message in messages)
        {
            delayed += message.Options.Delay > TimeSpan.Zero ? 1 : 0;
            Append(message);
        }

        return delayed;
    }

    private void Append(Message message)
    {
        var options = message.Options;
        var target = message.Resolve(app);
        var home = HomeOf(catalog, app, message);
        PartitionId? elsewhere = home == partition ? null : home;
        var function = Encoding.UTF8.GetBytes(target.Function);
        var delayMs = (long)Math.Ceiling(options.Delay.TotalMilliseconds);
        var isDelayed = delayMs > 0;
        var depth = isDelayed ? 0 : origin.Cascade.Depth + 1;
        var isTooDeep = depth > CascadeLimits.DepthMax;
        var state =
            isTooDeep ? EventState.Dead
            : isDelayed ? EventState.Delayed
            : EventState.Ready;
        var record = new EventRecord
        {
            Kind = EventKind.Message,
            Payload = message.Payload,
            OrderingKey = options.OrderingKey is { } key ? Encoding.UTF8.GetBytes(key) : default,
            Cascade = isDelayed ? default : origin.Cascade with { Depth = depth },
            Trace = origin.Trace,
            CreatedMs = nowMs,
            LastError = isTooDeep ? CascadeLimits.DepthExceeded : null,
        };
        var dueMs = isDelayed ? nowMs + delayMs : 0;
        var priority = (byte)options.Priority;
        if (options.IdempotencyKey is { } idempotencyKey)
        {
            var once = new EventOnce(
                IdempotencyScope.OfMessage(message.Principal ?? app, target, idempotencyKey),
                (long)retention.TotalMilliseconds,
                SHA256.HashData(message.Payload.Span)
            );
            commit.AddEventOnce(once, elsewhere, function, state, dueMs, priority, record);
            return;
        }

        if (state == EventState.Ready && home == partition && IsFirst)
        {
            pump.Anticipate(partition, function);
        }

        commit.AddEvent(
            EventCondition.Always,
            default,
            elsewhere,
            function,
            state,
            dueMs,
            priority,
            record
        );
    }

    private bool IsFirst => commit.EventCount == 0 && commit.ConditionCount == 0;
}
