using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Results of answers of each kind.</summary>
internal static class Answer
{
    private const string Text = "text/plain; charset=utf-8";
    private const string Binary = "application/octet-stream";

    public static InvocationResult Empty => InvocationResult.Completed();

    public static InvocationResult OfText(FunctionContext context, string? text) =>
        text is null
            ? InvocationResult.Completed(default, context.ContentType)
            : InvocationResult.Completed(Encoding.UTF8.GetBytes(text), context.ContentType ?? Text);

    public static InvocationResult OfBytes(FunctionContext context, byte[]? bytes) =>
        bytes is null
            ? InvocationResult.Completed(default, context.ContentType)
            : InvocationResult.Completed(bytes, context.ContentType ?? Binary);

    public static InvocationResult OfBytes(FunctionContext context, ReadOnlyMemory<byte> bytes) =>
        InvocationResult.Completed(bytes, context.ContentType ?? Binary);

    public static InvocationResult OfResult(FunctionContext context, InvocationResult result) =>
        result.ContentType is null && context.ContentType is { } type
            ? result with
            {
                ContentType = type,
            }
            : result;

    public static AnswerWriter<T> OfJson<T>(JsonTypeInfo<T> type) =>
        (context, value) =>
            InvocationResult.Completed(
                JsonSerializer.SerializeToUtf8Bytes(value, type),
                context.ContentType ?? WebJson.MediaType
            );

    public static async ValueTask<InvocationResult> OfTaskAsync(Task? task)
    {
        await (task ?? throw NullTask());
        return Empty;
    }

    public static async ValueTask<InvocationResult> OfTaskAsync(ValueTask task)
    {
        await task;
        return Empty;
    }

    public static async ValueTask<InvocationResult> OfTaskAsync<T>(
        FunctionContext context,
        ValueTask<T> task,
        AnswerWriter<T> write
    ) => write(context, await task);

    public static async ValueTask<InvocationResult> OfTaskAsync<T>(
        FunctionContext context,
        Task<T>? task,
        AnswerWriter<T> write
    ) => write(context, await (task ?? throw NullTask()));

    private static InvalidOperationException NullTask() =>
        new("The function returned null where it promised a Task.");
}
