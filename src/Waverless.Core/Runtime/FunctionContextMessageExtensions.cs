using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime.Managed;

namespace Waverless.Runtime;

/// <summary>
/// Messages that a function sends: they are enqueued by its commit, together with what it writes.
/// </summary>
public static class FunctionContextMessageExtensions
{
    /// <summary>Enqueues a message for another function.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="function">
    /// A function declared with <c>Sends</c> that takes messages: <c>app/function</c>, or the name
    /// of a function of the same app.
    /// </param>
    /// <param name="payload">What goes in; copied.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, not deployed, too large, too many, or no room.
    /// </exception>
    public static ValueTask EnqueueAsync(
        this FunctionContext context,
        string function,
        ReadOnlySpan<byte> payload,
        MessageOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var batch = new KvBatch().Enqueue(function, payload, options ?? MessageOptions.Default);
        return CommitAsync(context, batch);
    }

    /// <summary>Enqueues a text as UTF-8.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="function">A function declared with <c>Sends</c>.</param>
    /// <param name="text">What goes in.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, not deployed, too large, too many, or no room.
    /// </exception>
    public static ValueTask EnqueueTextAsync(
        this FunctionContext context,
        string function,
        string text,
        MessageOptions? options = null
    ) => context.EnqueueAsync(function, Encoding.UTF8.GetBytes(text), options);

    /// <summary>Enqueues a value as JSON.</summary>
    /// <typeparam name="T">What goes in.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="function">A function declared with <c>Sends</c>.</param>
    /// <param name="value">What goes in.</param>
    /// <param name="type">How to write it.</param>
    /// <param name="options">How it is to be delivered; null: at once, in any order.</param>
    /// <exception cref="ArgumentException">An address, key or delay is not legal.</exception>
    /// <exception cref="InvocationRefusedException">
    /// Not declared, not deployed, too large, too many, or no room.
    /// </exception>
    public static ValueTask EnqueueJsonAsync<T>(
        this FunctionContext context,
        string function,
        T value,
        JsonTypeInfo<T> type,
        MessageOptions? options = null
    ) =>
        context.EnqueueAsync(
            function,
            JsonSerializer.SerializeToUtf8Bytes(value, type).AsSpan(),
            options
        );

    /// <inheritdoc
    /// cref="EnqueueJsonAsync{T}(FunctionContext, string, T, JsonTypeInfo{T}, MessageOptions?)"/>
    [RequiresUnreferencedCode(WebJson.Reflects)]
    [RequiresDynamicCode(WebJson.Reflects)]
    public static ValueTask EnqueueJsonAsync<T>(
        this FunctionContext context,
        string function,
        T value
    ) => context.EnqueueJsonAsync(function, value, WebJson.TypeOf<T>());

    private static async ValueTask CommitAsync(FunctionContext context, KvBatch batch)
    {
        var result = await context.CommitAsync(batch);
        if (!result.IsCommitted)
        {
            throw new InvocationRefusedException(
                CommitFailures.StatusOf(result),
                $"A message of '{context.Address}' was not enqueued: "
                    + (result.Reason ?? "it may or may not have been.")
            );
        }
    }
}
