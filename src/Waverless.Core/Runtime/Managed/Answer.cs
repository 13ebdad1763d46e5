using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Results of answers of each kind.</summary>
internal static class Answer
{
    public static InvocationResult Empty => InvocationResult.Completed();

    public static AnswerWriter<T> OfJson<T>(JsonTypeInfo<T> type) =>
        (context, value) => context.AnswerJson(value, type);

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
