using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Runtime.Managed;

/// <summary>
/// Finds out once what a delegate's parameters and answer are. What depends on the signature alone
/// is checked when the function is added, what depends on the registered services at start.
/// </summary>
[RequiresUnreferencedCode(Reflects)]
[RequiresDynamicCode(Reflects)]
internal sealed class DelegateBinding
{
    public const string Reflects =
        "A delegate's signature and JSON are bound by reflection; use an overload with "
        + "JsonTypeInfo or one that takes a FunctionContext.";

    private readonly Delegate _function;
    private readonly FunctionDeclaration _declaration;
    private readonly FunctionParameter[] _parameters;
    private readonly AnswerBinder _answer;

    /// <exception cref="SignatureException">No function can have that signature.</exception>
    public DelegateBinding(FunctionDeclaration declaration, Delegate function)
    {
        _function = function;
        _declaration = declaration;
        if (!function.HasSingleTarget)
        {
            throw new SignatureException("The delegate has several targets; expected one.");
        }

        if (function.Method.ContainsGenericParameters)
        {
            throw new SignatureException("The delegate's method is an open generic.");
        }

        _parameters = FunctionParameter.Of(function);
        foreach (var parameter in _parameters)
        {
            Check(parameter);
        }

        _answer = AnswerBinding.For(function.Method.ReturnType);
    }

    /// <summary>Binds the parameters.</summary>
    /// <param name="known">Tells services from payloads; null: no type is a service.</param>
    /// <exception cref="SignatureException">Ambiguous, or a service is missing.</exception>
    public FunctionHandler Bind(IServiceProviderIsService? known)
    {
        var binders = new ParameterBinder[_parameters.Length];
        var payloads = new List<FunctionParameter>();
        for (var i = 0; i < _parameters.Length; i++)
        {
            var parameter = _parameters[i];
            var binder =
                ContextArgument.TryBind(parameter)
                ?? KeyPartArgument.TryBind(parameter, _declaration.Placeholders)
                ?? InjectedArgument.TryBind(parameter, known);
            if (binder is null)
            {
                payloads.Add(parameter);
                binder = PayloadArgument.Bind(parameter, _declaration.Manifest);
            }

            binders[i] = binder;
        }

        if (payloads.Count > 1)
        {
            throw new SignatureException(
                $"The parameters {string.Join(" and ", payloads)} could each be the payload; "
                    + "expected at most one. If the others are services, register their types, "
                    + "or mark the parameters [Inject] or [FromKeyedServices]."
            );
        }

        return new DelegateHandler(_function, binders, payloads, _answer).InvokeAsync;
    }

    private void Check(FunctionParameter parameter)
    {
        if (parameter.Type.IsByRef)
        {
            throw new SignatureException(
                $"The parameter {parameter} is ref, out or in; expected a value."
            );
        }

        if (parameter.Type.IsByRefLike || parameter.Type.IsPointer)
        {
            throw new SignatureException(
                $"The parameter {parameter} cannot be kept while the function waits; expected, "
                    + "for bytes, byte[], ReadOnlyMemory<byte> or ReadOnlySequence<byte>."
            );
        }

        if (parameter.Type == typeof(Kv.KvKey) && _declaration.Manifest.Triggers.IsEmpty)
        {
            throw new SignatureException(
                $"The parameter {parameter} is the key of a key event, but no key starts the "
                    + "function; expected OnSet, OnNew or OnDelete."
            );
        }
    }
}
