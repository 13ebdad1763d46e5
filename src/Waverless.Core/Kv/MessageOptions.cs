namespace Waverless.Kv;

/// <summary>How a message is to be delivered. Immutable.</summary>
public sealed record MessageOptions
{
    /// <summary>Neither delayed nor ordered, of normal priority.</summary>
    public static MessageOptions Default { get; } = new();

    /// <summary>
    /// How long after the commit it becomes ready. A delayed message begins a cascade of its own.
    /// </summary>
    /// <value>Default: none. At most <see cref="MessageLimits.DelayMax"/>.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Which ready messages of the function run first.</summary>
    /// <value>Default: normal.</value>
    public MessagePriority Priority { get; init; } = MessagePriority.Normal;

    /// <summary>
    /// A second message of the same app to the same function with this key is dropped, for as long
    /// as the node keeps idempotency keys (24 h unless configured).
    /// </summary>
    /// <value>Default: null. 1 to <see cref="MessageLimits.KeyBytesMax"/> bytes of UTF-8.</value>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Messages of one function with the same ordering key run one after the other, in the order of
    /// their commits; those without one run in parallel.
    /// </summary>
    /// <value>Default: null. 1 to <see cref="MessageLimits.KeyBytesMax"/> bytes of UTF-8.</value>
    public string? OrderingKey { get; init; }

    /// <summary>
    /// Chooses the partition of the target's app in which the function runs, hashed like the
    /// placeholder of a key.
    /// </summary>
    /// <value>
    /// Default: null, the ordering key; without that partition 0. 1 to
    /// <see cref="MessageLimits.KeyBytesMax"/> bytes of UTF-8.
    /// </value>
    public string? PartitionKey { get; init; }
}
