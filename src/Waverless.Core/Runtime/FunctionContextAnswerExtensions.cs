using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;
using Waverless.Runtime.Managed;

namespace Waverless.Runtime;

/// <summary>
/// Makes a function's answer. The media type is <see cref="FunctionContext.ContentType"/>, else
/// the one that follows from what is answered.
/// </summary>
public static class FunctionContextAnswerExtensions
{
    private const string Text = "text/plain; charset=utf-8";
    private const string Binary = "application/octet-stream";

    /// <summary>Answers text, as UTF-8; <c>text/plain</c>.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="text">The text; null: an answer without a body.</param>
    public static InvocationResult AnswerText(this FunctionContext context, string? text)
    {
        ArgumentNullException.ThrowIfNull(context);
        return text is null
            ? InvocationResult.Completed(default, context.ContentType)
            : InvocationResult.Completed(Encoding.UTF8.GetBytes(text), context.ContentType ?? Text);
    }

    /// <summary>Answers bytes; <c>application/octet-stream</c>.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="bytes">The bytes, not copied; null: an answer without a body.</param>
    public static InvocationResult AnswerBytes(this FunctionContext context, byte[]? bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        return bytes is null
            ? InvocationResult.Completed(default, context.ContentType)
            : InvocationResult.Completed(bytes, context.ContentType ?? Binary);
    }

    /// <summary>Answers bytes; <c>application/octet-stream</c>.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="bytes">The bytes, not copied.</param>
    public static InvocationResult AnswerBytes(
        this FunctionContext context,
        ReadOnlyMemory<byte> bytes
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return InvocationResult.Completed(bytes, context.ContentType ?? Binary);
    }

    /// <summary>Answers JSON; <c>application/json</c>.</summary>
    /// <typeparam name="T">What the answer is written from.</typeparam>
    /// <param name="context">The invocation.</param>
    /// <param name="value">The answer.</param>
    /// <param name="type">How to write it.</param>
    public static InvocationResult AnswerJson<T>(
        this FunctionContext context,
        T value,
        JsonTypeInfo<T> type
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return InvocationResult.Completed(
            JsonSerializer.SerializeToUtf8Bytes(value, type),
            context.ContentType ?? WebJson.MediaType
        );
    }

    /// <summary>
    /// Answers a result; if it names no media type, the context's takes its place.
    /// </summary>
    /// <param name="context">The invocation.</param>
    /// <param name="result">The result; a failure keeps what the function wrote from commit.</param>
    public static InvocationResult Answer(this FunctionContext context, InvocationResult result)
    {
        ArgumentNullException.ThrowIfNull(context);
        return result.ContentType is null && context.ContentType is { } type
            ? result with
            {
                ContentType = type,
            }
            : result;
    }
}
