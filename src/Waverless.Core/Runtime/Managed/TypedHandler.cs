using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>A function with JSON in and out whose metadata was made at build time.</summary>
internal sealed class TypedHandler<TIn, TOut>(
    Func<TIn, FunctionContext, ValueTask<TOut>> function,
    JsonTypeInfo<TIn> input,
    JsonTypeInfo<TOut> output
)
{
    public async ValueTask<InvocationResult> InvokeAsync(FunctionContext context)
    {
        await context.BufferPayloadAsync();
        var payload = PayloadJson.Read(context, input);
        if (payload is null && default(TIn) is null && !IsNullable)
        {
            throw PayloadJson.Bad(context, typeof(TIn), "it is null.");
        }

        var answer = await function(payload!, context);
        return InvocationResult.Completed(
            JsonSerializer.SerializeToUtf8Bytes(answer, output),
            context.ContentType ?? WebJson.MediaType
        );
    }

    private static bool IsNullable => Nullable.GetUnderlyingType(typeof(TIn)) is not null;
}
