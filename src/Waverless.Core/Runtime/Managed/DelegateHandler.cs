using System.Reflection;
using System.Runtime.CompilerServices;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Calls a delegate with its bound arguments.</summary>
internal sealed class DelegateHandler
{
    private readonly Delegate function;
    private readonly MethodInvoker invoker;
    private readonly ParameterBinder[] binders;
    private readonly AnswerBinder answer;
    private readonly bool needsBytes;

    public DelegateHandler(
        Delegate function,
        ParameterBinder[] binders,
        List<FunctionParameter> payloads,
        AnswerBinder answer
    )
    {
        this.function = function;
        this.binders = binders;
        this.answer = answer;
        needsBytes = payloads.Exists(payload => payload.Type != typeof(Payload));
        // The delegate's own Invoke, not its method: it knows about closures and first arguments.
        invoker = MethodInvoker.Create(function.GetType().GetMethod("Invoke")!);
    }

    public ValueTask<InvocationResult> InvokeAsync(FunctionContext context) =>
        needsBytes && context.Payload.Reader is not null
            ? InvokeBufferedAsync(context)
            : InvokeNow(context);

    private async ValueTask<InvocationResult> InvokeBufferedAsync(FunctionContext context)
    {
        await context.BufferPayloadAsync();
        return await InvokeNow(context);
    }

    private ValueTask<InvocationResult> InvokeNow(FunctionContext context)
    {
        var few = default(FewArguments);
        Span<object?> arguments =
            binders.Length <= FewArguments.Count
                ? ((Span<object?>)few)[..binders.Length]
                : new object?[binders.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = binders[i](context);
        }

        return answer(context, invoker.Invoke(function, arguments));
    }

    [InlineArray(Count)]
    private struct FewArguments
    {
        public const int Count = 8;
        private object? first;
    }
}
