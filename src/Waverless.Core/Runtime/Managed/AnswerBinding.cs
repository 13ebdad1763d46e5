using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Finds out once how an answer of a type becomes a result.</summary>
[RequiresUnreferencedCode(DelegateBinding.Reflects)]
[RequiresDynamicCode(DelegateBinding.Reflects)]
internal static class AnswerBinding
{
    private static readonly Type[] _streams =
    [
        typeof(Stream),
        typeof(PipeReader),
        typeof(Payload),
        typeof(IAsyncEnumerable<>),
        typeof(Task),
        typeof(ValueTask),
        typeof(ValueTask<>),
    ];

    /// <summary>How what a delegate returns becomes a result.</summary>
    /// <exception cref="SignatureException">No result can be made of that type.</exception>
    public static AnswerBinder For(Type returned)
    {
        if (returned == typeof(void))
        {
            return static (_, _) => new ValueTask<InvocationResult>(Answer.Empty);
        }

        if (returned == typeof(Task))
        {
            return static (_, task) => Answer.OfTaskAsync((Task?)task);
        }

        if (returned == typeof(ValueTask))
        {
            return static (_, task) => Answer.OfTaskAsync((ValueTask)task!);
        }

        var definition = returned.IsGenericType ? returned.GetGenericTypeDefinition() : null;
        var shape =
            definition == typeof(Task<>) ? nameof(Task)
            : definition == typeof(ValueTask<>) ? nameof(ValueTask)
            : nameof(Value);
        var type = shape == nameof(Value) ? returned : returned.GetGenericArguments()[0];
        Check(type);
        return Call<AnswerBinder>(shape, type, Call<object>(nameof(Writer), type));
    }

    private static AnswerBinder Value<T>(AnswerWriter<T> write) =>
        (context, value) => new ValueTask<InvocationResult>(write(context, (T)value!));

    private static AnswerBinder Task<T>(AnswerWriter<T> write) =>
        (context, task) => Answer.OfTaskAsync(context, (Task<T>?)task, write);

    private static AnswerBinder ValueTask<T>(AnswerWriter<T> write) =>
        (context, task) => Answer.OfTaskAsync(context, (ValueTask<T>)task!, write);

    private static AnswerWriter<T> Writer<T>()
    {
        object? plain =
            typeof(T) == typeof(string)
                ? (AnswerWriter<string?>)FunctionContextAnswerExtensions.AnswerText
            : typeof(T) == typeof(byte[])
                ? (AnswerWriter<byte[]?>)FunctionContextAnswerExtensions.AnswerBytes
            : typeof(T) == typeof(ReadOnlyMemory<byte>)
                ? (AnswerWriter<ReadOnlyMemory<byte>>)FunctionContextAnswerExtensions.AnswerBytes
            : typeof(T) == typeof(InvocationResult)
                ? (AnswerWriter<InvocationResult>)FunctionContextAnswerExtensions.Answer
            : null;
        return (AnswerWriter<T>?)plain ?? Answer.OfJson((JsonTypeInfo<T>)TypeOf(typeof(T)));
    }

    private static JsonTypeInfo TypeOf(Type type)
    {
        try
        {
            return JsonSerializerOptions.Web.GetTypeInfo(type);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException)
        {
            throw new SignatureException(
                $"It returns {TypeText.Of(type)}, which cannot be written as JSON: {e.Message}"
            );
        }
    }

    private static void Check(Type type)
    {
        var plain = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (
            type.IsByRef
            || type.IsByRefLike
            || type.IsPointer
            || typeof(Delegate).IsAssignableFrom(type)
            || Array.Exists(_streams, stream => stream == plain || stream.IsAssignableFrom(plain))
        )
        {
            throw new SignatureException(
                $"It returns {TypeText.Of(type)}; expected nothing, string, byte[], "
                    + "ReadOnlyMemory<byte>, InvocationResult or a type for JSON, "
                    + "or a Task or ValueTask of one of these."
            );
        }
    }

    private static TResult Call<TResult>(string method, Type type, params object?[] arguments) =>
        (TResult)
            typeof(AnswerBinding)
                .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(type)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
