using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Apps;

namespace Waverless.Invocations;

/// <summary>Calls of functions with JSON in and out, by metadata made at build time.</summary>
public static class FunctionInvokerJsonExtensions
{
    /// <summary>Calls a function and waits for its answer.</summary>
    /// <typeparam name="TIn">What goes in.</typeparam>
    /// <typeparam name="TOut">What the function answers.</typeparam>
    /// <param name="invoker">Calls it.</param>
    /// <param name="function">The function, as <c>app/function</c>.</param>
    /// <param name="input">What goes in.</param>
    /// <param name="inputType">How to write it.</param>
    /// <param name="outputType">How to read the answer.</param>
    /// <param name="ct">The caller goes away: the invocation ends soon after.</param>
    /// <returns>The answer; the default of the type if the answer has no body.</returns>
    /// <exception cref="InvocationRefusedException">
    /// The call did not complete, and the status says why; or its answer is not JSON of that type,
    /// which is <c>Failed</c>.
    /// </exception>
    /// <exception cref="FormatException">Not of the form <c>app/function</c>.</exception>
    public static async ValueTask<TOut?> CallAsync<TIn, TOut>(
        this IFunctionInvoker invoker,
        string function,
        TIn input,
        JsonTypeInfo<TIn> inputType,
        JsonTypeInfo<TOut> outputType,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(invoker);
        var address = FunctionAddress.Parse(function);
        var body = JsonSerializer.SerializeToUtf8Bytes(input, inputType);
        var payload = Payload.From(body, "application/json");
        var result = await invoker.InvokeAsync(new InvocationRequest(address, payload), ct);
        if (!result.IsCompleted)
        {
            throw new InvocationRefusedException(
                result.Status,
                $"The call of '{address}' ended {result.Status}: {result.Error}"
            );
        }

        try
        {
            return result.Body.IsEmpty
                ? default
                : JsonSerializer.Deserialize(result.Body.Span, outputType);
        }
        catch (JsonException e)
        {
            throw new InvocationRefusedException(
                InvocationStatus.Failed,
                $"The answer of '{address}' cannot be read as JSON of {typeof(TOut).Name}: "
                    + e.Message
            );
        }
    }
}
