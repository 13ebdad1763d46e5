using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;
using Waverless.Runtime.Managed;

namespace Waverless.Runtime;

/// <summary>Reads the payload of an invocation as a whole, be it bytes or a stream.</summary>
public static class FunctionContextPayloadExtensions
{
    /// <summary>The payload's bytes; none if there is no payload.</summary>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvocationRefusedException">Longer than the function's limit.</exception>
    public static async ValueTask<ReadOnlySequence<byte>> ReadBytesAsync(
        this FunctionContext context
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        await context.BufferPayloadAsync();
        return context.Payload.Bytes;
    }

    /// <summary>The payload as UTF-8 text; empty if there is none.</summary>
    /// <param name="context">The invocation.</param>
    /// <exception cref="InvocationRefusedException">Longer than the function's limit.</exception>
    public static async ValueTask<string> ReadTextAsync(this FunctionContext context) =>
        Encoding.UTF8.GetString(await context.ReadBytesAsync());

    /// <summary>The payload as JSON.</summary>
    /// <typeparam name="T">What the payload is.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="type">How to read it.</param>
    /// <exception cref="InvocationRefusedException">
    /// <c>BadPayload</c>: not JSON of that type. <c>PayloadTooLarge</c>: longer than the limit.
    /// </exception>
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this FunctionContext context,
        JsonTypeInfo<T> type
    )
    {
        await context.ReadBytesAsync();
        return PayloadJson.Read(context, type);
    }

    /// <summary>The payload as JSON that must be there and not be null.</summary>
    /// <typeparam name="T">What the payload is; a nullable value type accepts null.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="type">How to read it.</param>
    /// <exception cref="InvocationRefusedException">
    /// <c>BadPayload</c>: null, or not JSON of that type. <c>PayloadTooLarge</c>: longer than the
    /// limit.
    /// </exception>
    public static async ValueTask<T> ReadNeededJsonAsync<T>(
        this FunctionContext context,
        JsonTypeInfo<T> type
    )
    {
        var payload = await context.ReadJsonAsync(type);
        return
            payload is null && default(T) is null && Nullable.GetUnderlyingType(typeof(T)) is null
            ? throw PayloadJson.Bad(context, typeof(T), "it is null.")
            : payload!;
    }

    /// <inheritdoc cref="ReadJsonAsync{T}(FunctionContext, JsonTypeInfo{T})"/>
    [RequiresUnreferencedCode("JSON by reflection; pass a JsonTypeInfo<T> instead.")]
    [RequiresDynamicCode("JSON by reflection; pass a JsonTypeInfo<T> instead.")]
    public static ValueTask<T?> ReadJsonAsync<T>(this FunctionContext context) =>
        context.ReadJsonAsync(WebJson.TypeOf<T>());
}
