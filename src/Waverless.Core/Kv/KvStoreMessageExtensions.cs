using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Waverless.Kv;

/// <summary>Messages from code of the host, without data in the same commit.</summary>
public static class KvStoreMessageExtensions
{
    /// <summary>Enqueues a message for a function.</summary>
    /// <param name="store">The sender's app.</param>
    /// <param name="function">
    /// <c>app/function</c>, or the name of a function of the store's app.
    /// </param>
    /// <param name="payload">What goes in; copied.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    public static ValueTask<CommitResult> EnqueueAsync(
        this IKvStore store,
        string function,
        ReadOnlyMemory<byte> payload,
        MessageOptions? options = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var chosen = options ?? MessageOptions.Default;
        return store.CommitAsync(new KvBatch().Enqueue(function, payload.Span, chosen), ct);
    }

    /// <summary>Enqueues a text as UTF-8.</summary>
    /// <param name="store">The sender's app.</param>
    /// <param name="function">
    /// <c>app/function</c>, or the name of a function of the store's app.
    /// </param>
    /// <param name="text">What goes in.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    public static ValueTask<CommitResult> EnqueueTextAsync(
        this IKvStore store,
        string function,
        string text,
        MessageOptions? options = null,
        CancellationToken ct = default
    ) => store.EnqueueAsync(function, Encoding.UTF8.GetBytes(text), options, ct);

    /// <summary>Enqueues a value as JSON.</summary>
    /// <typeparam name="T">What goes in.</typeparam>
    /// <param name="store">The sender's app.</param>
    /// <param name="function">
    /// <c>app/function</c>, or the name of a function of the store's app.
    /// </param>
    /// <param name="value">What goes in.</param>
    /// <param name="type">How to write it.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    public static ValueTask<CommitResult> EnqueueJsonAsync<T>(
        this IKvStore store,
        string function,
        T value,
        JsonTypeInfo<T> type,
        MessageOptions? options = null,
        CancellationToken ct = default
    ) =>
        store.EnqueueAsync(function, JsonSerializer.SerializeToUtf8Bytes(value, type), options, ct);

    /// <summary>Enqueues a value as JSON, in a batch.</summary>
    /// <typeparam name="T">What goes in.</typeparam>
    /// <param name="batch">The batch.</param>
    /// <param name="function">
    /// <c>app/function</c>, or the name of a function of the same app.
    /// </param>
    /// <param name="value">What goes in.</param>
    /// <param name="type">How to write it.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    public static KvBatch EnqueueJson<T>(
        this KvBatch batch,
        string function,
        T value,
        JsonTypeInfo<T> type,
        MessageOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(batch);
        var payload = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return batch.Enqueue(function, payload, options ?? MessageOptions.Default);
    }
}
