using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime.Managed;

namespace Waverless.Runtime;

/// <summary>
/// JSON in keys, payloads and calls. The forms without metadata use the web defaults of
/// System.Text.Json and reflection; the forms with <see cref="JsonTypeInfo{T}"/> suit AOT.
/// </summary>
public static class FunctionContextJsonExtensions
{
    private const string Reflects = "JSON by reflection; pass a JsonTypeInfo<T> instead.";

    /// <summary>Reads a key as JSON; the default of the type if absent.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="key">A key declared with <c>Reads</c>, or the key that started it.</param>
    /// <param name="type">How to read it.</param>
    /// <exception cref="JsonException">The value is not JSON of that type.</exception>
    /// <exception cref="InvocationRefusedException">Not declared, or the store failed.</exception>
    public static async ValueTask<T?> GetJsonAsync<T>(
        this FunctionContext context,
        KvKey key,
        JsonTypeInfo<T> type
    ) =>
        await context.GetAsync(key) is { } entry
            ? JsonSerializer.Deserialize(entry.Value.Span, type)
            : default;

    /// <inheritdoc cref="GetJsonAsync{T}(FunctionContext, KvKey, JsonTypeInfo{T})"/>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public static ValueTask<T?> GetJsonAsync<T>(this FunctionContext context, KvKey key) =>
        context.GetJsonAsync(key, WebJson.TypeOf<T>());

    /// <summary>Writes one value as JSON.</summary>
    /// <typeparam name="T">What the value is.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="key">A key declared with <c>Writes</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How to write it.</param>
    /// <exception cref="InvocationRefusedException">Not declared, too large, no room.</exception>
    public static ValueTask SetJsonAsync<T>(
        this FunctionContext context,
        KvKey key,
        T value,
        JsonTypeInfo<T> type
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.SetAsync(key, JsonSerializer.SerializeToUtf8Bytes(value, type).AsSpan());
    }

    /// <inheritdoc cref="SetJsonAsync{T}(FunctionContext, KvKey, T, JsonTypeInfo{T})"/>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public static ValueTask SetJsonAsync<T>(this FunctionContext context, KvKey key, T value) =>
        context.SetJsonAsync(key, value, WebJson.TypeOf<T>());

    /// <summary>Calls another function with JSON in and out.</summary>
    /// <typeparam name="TIn">What goes in.</typeparam>
    /// <typeparam name="TOut">What the function answers.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="function">A function that declares <c>rpc</c>.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="inputType">How to write it.</param>
    /// <param name="outputType">How to read the answer.</param>
    /// <returns>The answer; the default of the type if the answer has no body.</returns>
    /// <exception cref="InvocationRefusedException">
    /// The call may not be made, it did not complete, or its answer is not JSON of that type. If it
    /// failed for want of room or time, the status says so; any other failure is <c>Failed</c>.
    /// </exception>
    public static async ValueTask<TOut?> CallAsync<TIn, TOut>(
        this FunctionContext context,
        FunctionAddress function,
        TIn input,
        JsonTypeInfo<TIn> inputType,
        JsonTypeInfo<TOut> outputType
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = JsonSerializer.SerializeToUtf8Bytes(input, inputType);
        var result = await context.CallAsync(function, Payload.From(body, WebJson.MediaType));
        return CallAnswer.Read(context.Address, function, result, outputType);
    }

    /// <summary>Calls another function with JSON in and out.</summary>
    /// <typeparam name="TOut">What the function answers.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="function">A function that declares <c>rpc</c>, as <c>app/function</c>.</param>
    /// <param name="input">What goes in; its own type says how it is written.</param>
    /// <returns>The answer; the default of the type if the answer has no body.</returns>
    /// <exception cref="InvocationRefusedException">
    /// The call may not be made, it did not complete, or its answer is not JSON of that type. If it
    /// failed for want of room or time, the status says so; any other failure is <c>Failed</c>.
    /// </exception>
    /// <exception cref="FormatException">Not of the form <c>app/function</c>.</exception>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public static async ValueTask<TOut?> CallAsync<TOut>(
        this FunctionContext context,
        string function,
        object? input
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var address = FunctionAddress.Parse(function);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            input,
            input?.GetType() ?? typeof(object),
            JsonSerializerOptions.Web
        );
        var result = await context.CallAsync(address, Payload.From(body, WebJson.MediaType));
        return CallAnswer.Read(context.Address, address, result, WebJson.TypeOf<TOut>());
    }
}
