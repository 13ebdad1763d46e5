using Waverless.Kv.Messages;
using Waverless.Timers;

namespace Waverless.Kv;

/// <summary>
/// Conditions, writes and messages of one app that take effect together or not at all. All keys
/// must belong to one partition; messages go to any. Not thread-safe; reusable after <see cref="Clear"/>.
/// </summary>
public sealed class KvBatch
{
    private readonly List<Message> _messages = [];

    /// <summary>The operations, already encoded.</summary>
    internal Commit Commit { get; } = new();

    /// <summary>The timers that it sets and deletes; null if none.</summary>
    internal List<TimerChange>? Timers { get; private set; }

    /// <summary>The messages, in order.</summary>
    internal IReadOnlyList<Message> Messages => _messages;

    /// <summary>Count of conditions, writes, messages and timers.</summary>
    public int Count => Commit.OperationCount + _messages.Count + (Timers?.Count ?? 0);

    /// <summary>
    /// Committed again with the same key and content, the batch takes effect once: the second
    /// commit answers with the revision of the first. With other content it is rejected as
    /// <see cref="CommitRejection.IdempotencyKeyReused"/>. Remembered for as long as the node
    /// keeps idempotency keys (24 h unless configured). Only for code of the host.
    /// </summary>
    /// <value>
    /// Default: null. 1 to <see cref="MessageLimits.KeyBytesMax"/> bytes of UTF-8.
    /// </value>
    public string? IdempotencyKey { get; set; }

    /// <summary>Writes a value. Later operations on the same key win.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    public KvBatch Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Commit.Put(key, value);
        return this;
    }

    /// <summary>Writes a value. Later operations on the same key win.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    public KvBatch Set(KvKey key, ReadOnlySpan<byte> value) => Set(key.Span, value);

    /// <summary>
    /// Writes a value that is absent after a while, counted in store time from this commit. It is
    /// then deleted for good, which watch delivers as <see cref="KvChangeKind.Expire"/> and which
    /// starts the functions that a delete of the key starts.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="lifetime">At least 1 ms; counted in whole milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">Shorter than 1 ms.</exception>
    public KvBatch Set(KvKey key, ReadOnlySpan<byte> value, TimeSpan lifetime)
    {
        Commit.PutFor(key.Span, value, (long)lifetime.TotalMilliseconds);
        return this;
    }

    /// <summary>Writes a value that is absent from a moment of store time on.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="deadline">The moment; one that has passed makes the key absent at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not after 1970-01-01 UTC.</exception>
    public KvBatch Set(KvKey key, ReadOnlySpan<byte> value, DateTimeOffset deadline)
    {
        Commit.PutUntil(key.Span, value, deadline.ToUnixTimeMilliseconds());
        return this;
    }

    /// <summary>Deletes a key; no effect if absent.</summary>
    /// <param name="key">The key.</param>
    public KvBatch Delete(ReadOnlySpan<byte> key)
    {
        Commit.Delete(key);
        return this;
    }

    /// <summary>Deletes a key; no effect if absent.</summary>
    /// <param name="key">The key.</param>
    public KvBatch Delete(KvKey key) => Delete(key.Span);

    /// <summary>
    /// Deletes a key only if its value was written by the commit <paramref name="number"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="number">Revision number that a read returned.</param>
    public KvBatch DeleteIfRevision(KvKey key, ulong number)
    {
        Commit.DeleteIfRevision(key.Span, number);
        return this;
    }

    /// <summary>
    /// Makes a blob the value of the key that it was written for. It becomes visible with the rest
    /// of the batch, and sets off what any write of the key does. Adds one condition: that the
    /// blob's writer was not disposed.
    /// </summary>
    /// <param name="blob">The blob.</param>
    public KvBatch SetBlob(KvBlob blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        Commit.RequirePresent(BlobKeys.Owner(blob.Descriptor.Id.Span), KeyArea.System);
        Commit.Put(blob.Key.Span, blob.Descriptor.Encode());
        return this;
    }

    /// <summary>As <see cref="SetBlob(KvBlob)"/>, absent again after a time.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="lifetime">How long after the commit, by store time; at least 1 ms.</param>
    public KvBatch SetBlob(KvBlob blob, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(blob);
        Commit.RequirePresent(BlobKeys.Owner(blob.Descriptor.Id.Span), KeyArea.System);
        return Set(blob.Key, blob.Descriptor.Encode(), lifetime);
    }

    /// <summary>Requires that the key is absent.</summary>
    /// <param name="key">The key.</param>
    public KvBatch RequireAbsent(KvKey key)
    {
        Commit.RequireAbsent(key.Span);
        return this;
    }

    /// <summary>Requires that the key is present.</summary>
    /// <param name="key">The key.</param>
    public KvBatch RequirePresent(KvKey key)
    {
        Commit.RequirePresent(key.Span);
        return this;
    }

    /// <summary>
    /// Requires that the key's value was written by the commit <paramref name="number"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="number">Revision number that a read returned.</param>
    public KvBatch RequireRevision(KvKey key, ulong number)
    {
        Commit.RequireRevision(key.Span, number);
        return this;
    }

    /// <summary>Requires that a lock is held, which has to be one of the same partition.</summary>
    /// <param name="held">The lock.</param>
    public KvBatch RequireLock(KvLock held)
    {
        ArgumentNullException.ThrowIfNull(held);
        Commit.RequirePresent(held.Holder.Record, KeyArea.System);
        return this;
    }

    /// <summary>
    /// Sets a timer, in place of one of that name; in the partition of the batch's keys, of the
    /// invocation, or 0. Its intervals and cron moments count from the batch's commit, or from the
    /// call that buffers it in an atomic function.
    /// </summary>
    /// <param name="timer">The timer; its function has to be deployed.</param>
    public KvBatch SetTimer(NamedTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        (Timers ??= []).Add(new TimerChange(timer.Name, timer));
        return this;
    }

    /// <summary>Deletes a timer that code has set; no effect if there is none.</summary>
    /// <param name="name">The timer's name.</param>
    /// <exception cref="ArgumentException">No timer can have that name.</exception>
    public KvBatch DeleteTimer(string name)
    {
        TimerKeys.CheckName(name);
        (Timers ??= []).Add(new TimerChange(name, null));
        return this;
    }

    /// <summary>Enqueues a message for a function, which runs after the commit.</summary>
    /// <param name="function">
    /// <c>app/function</c>, or the name of a function of the same app. Of functions, only those
    /// that declare it as <c>sends</c> may send to it, and it has to declare <c>messages</c>; code
    /// of the host may send to any function.
    /// </param>
    /// <param name="payload">What goes in; copied.</param>
    /// <param name="delay">How long after the commit it becomes ready.</param>
    /// <param name="priority">Which ready messages of the function run first.</param>
    /// <param name="idempotencyKey">A second message with the same key is dropped.</param>
    /// <param name="orderingKey">
    /// Messages with the same key run one after the other, in the order of their commits.
    /// </param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    public KvBatch Enqueue(
        string function,
        ReadOnlySpan<byte> payload,
        TimeSpan delay = default,
        MessagePriority priority = MessagePriority.Normal,
        string? idempotencyKey = null,
        string? orderingKey = null
    ) =>
        Enqueue(
            function,
            payload,
            new MessageOptions
            {
                Delay = delay,
                Priority = priority,
                IdempotencyKey = idempotencyKey,
                OrderingKey = orderingKey,
            }
        );

    /// <summary>Enqueues a message for a function, which runs after the commit.</summary>
    /// <param name="function">
    /// <c>app/function</c>, or the name of a function of the same app.
    /// </param>
    /// <param name="payload">What goes in; copied.</param>
    /// <param name="options">How it is to be delivered.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    public KvBatch Enqueue(string function, ReadOnlySpan<byte> payload, MessageOptions options)
    {
        _messages.Add(Message.Create(function, payload.ToArray(), options));
        return this;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Commit.Clear();
        Timers?.Clear();
        _messages.Clear();
        IdempotencyKey = null;
    }
}
