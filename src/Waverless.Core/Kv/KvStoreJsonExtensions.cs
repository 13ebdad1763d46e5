using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Waverless.Kv;

/// <summary>JSON in keys, by metadata made at build time.</summary>
public static class KvStoreJsonExtensions
{
    /// <summary>Reads a key as JSON; the default of the type if absent.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="type">How to read it.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="JsonException">The value is not JSON of that type.</exception>
    public static async ValueTask<T?> GetJsonAsync<T>(
        this IKvStore store,
        KvKey key,
        JsonTypeInfo<T> type,
        CancellationToken ct = default
    ) =>
        await store.GetAsync(key, ct) is { } entry
            ? JsonSerializer.Deserialize(entry.Value.Span, type)
            : default;

    /// <summary>Writes one value as JSON.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How to write it.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    public static ValueTask<CommitResult> SetJsonAsync<T>(
        this IKvStore store,
        KvKey key,
        T value,
        JsonTypeInfo<T> type,
        CancellationToken ct = default
    ) => store.SetAsync(key, JsonSerializer.SerializeToUtf8Bytes(value, type), ct);

    /// <summary>Writes a value as JSON, in a batch.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="batch">The batch.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How to write it.</param>
    public static KvBatch SetJson<T>(this KvBatch batch, KvKey key, T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Set(key, JsonSerializer.SerializeToUtf8Bytes(value, type));
    }
}
