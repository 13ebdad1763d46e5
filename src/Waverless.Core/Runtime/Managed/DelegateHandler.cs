using System.Reflection;
using System.Runtime.CompilerServices;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Calls a delegate with its bound arguments.</summary>
internal sealed class DelegateHandler
{
    private readonly Delegate _function;
    private readonly MethodInvoker _invoker;
    private readonly ParameterBinder[] _binders;
    private readonly AnswerBinder _answer;
    private readonly bool _needsBytes;

    public DelegateHandler(
        Delegate function,
        ParameterBinder[] binders,
        List<FunctionParameter> payloads,
        AnswerBinder answer
    )
    {
        _function = function;
        _binders = binders;
        _answer = answer;
        _needsBytes = payloads.Exists(payload => payload.Type != typeof(Payload));
        // The delegate's own Invoke, not its method: it knows about closures and first arguments.
        _invoker = MethodInvoker.Create(function.GetType().GetMethod("Invoke")!);
    }

    public ValueTask<InvocationResult> InvokeAsync(FunctionContext context) =>
        _needsBytes && context.Payload.Reader is not null
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
            _binders.Length <= FewArguments.Count
                ? ((Span<object?>)few)[.._binders.Length]
                : new object?[_binders.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _binders[i](context);
        }

        return _answer(context, _invoker.Invoke(_function, arguments));
    }

    [InlineArray(Count)]
    private struct FewArguments
    {
        public const int Count = 8;
        private object? _first;
    }
}
