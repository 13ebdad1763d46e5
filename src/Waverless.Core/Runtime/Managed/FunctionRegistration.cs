using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>A .NET function as it was added: what was said about it, and its binding.</summary>
internal sealed class FunctionRegistration
{
    private readonly FunctionDeclaration _declaration;
    private readonly Func<IServiceProviderIsService?, FunctionHandler> _bind;

    private FunctionRegistration(
        FunctionDeclaration declaration,
        Func<IServiceProviderIsService?, FunctionHandler> bind
    )
    {
        _declaration = declaration;
        _bind = bind;
    }

    public FunctionAddress Address => _declaration.Address;

    public FunctionManifest Manifest => _declaration.Manifest;

    /// <summary>The names in the patterns that start it.</summary>
    public KeyPlaceholders Placeholders => _declaration.Placeholders;

    /// <summary>A delegate of any signature, bound by the types in it.</summary>
    /// <exception cref="ArgumentException">Address, declaration or signature is bad.</exception>
    [RequiresUnreferencedCode(DelegateBinding.Reflects)]
    [RequiresDynamicCode(DelegateBinding.Reflects)]
    public static FunctionRegistration ForDelegate(
        string address,
        Delegate handler,
        Action<FunctionBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        var declaration = FunctionDeclaration.Of(address, configure);
        try
        {
            var binding = new DelegateBinding(declaration, handler);
            return new FunctionRegistration(declaration, binding.Bind);
        }
        catch (SignatureException e)
        {
            throw Bad(declaration, e.Message, e);
        }
    }

    /// <summary>JSON in, JSON out, without reflection.</summary>
    /// <exception cref="ArgumentException">Address or declaration is not legal.</exception>
    public static FunctionRegistration ForTyped<TIn, TOut>(
        string address,
        Func<TIn, FunctionContext, ValueTask<TOut>> handler,
        JsonTypeInfo<TIn> input,
        JsonTypeInfo<TOut> output,
        Action<FunctionBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(output);
        return ForInput(
            address,
            input,
            async (payload, context) => context.AnswerJson(await handler(payload, context), output),
            configure
        );
    }

    /// <summary>JSON in, nothing out, without reflection.</summary>
    /// <exception cref="ArgumentException">Address or declaration is not legal.</exception>
    public static FunctionRegistration ForTyped<TIn>(
        string address,
        Func<TIn, FunctionContext, ValueTask> handler,
        JsonTypeInfo<TIn> input,
        Action<FunctionBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ForInput(
            address,
            input,
            (payload, context) => Answer.OfTaskAsync(handler(payload, context)),
            configure
        );
    }

    /// <summary>No payload, or one that the function reads itself; JSON out.</summary>
    /// <exception cref="ArgumentException">Address or declaration is not legal.</exception>
    public static FunctionRegistration ForTyped<TOut>(
        string address,
        Func<FunctionContext, ValueTask<TOut>> handler,
        JsonTypeInfo<TOut> output,
        Action<FunctionBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(output);
        return ForContext(
            address,
            async context => context.AnswerJson(await handler(context), output),
            configure
        );
    }

    /// <summary>A function that reads its payload and makes its result itself.</summary>
    /// <exception cref="ArgumentException">Address or declaration is not legal.</exception>
    public static FunctionRegistration ForContext(
        string address,
        Func<FunctionContext, ValueTask<InvocationResult>> handler,
        Action<FunctionBuilder>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(handler);
        var declaration = FunctionDeclaration.Of(address, configure);
        return new FunctionRegistration(declaration, _ => handler.Invoke);
    }

    /// <summary>Binds the function once, knowing which types are services.</summary>
    /// <param name="known">Null: none is known.</param>
    /// <exception cref="SignatureException">The signature cannot be bound.</exception>
    public FunctionHandler Bind(IServiceProviderIsService? known)
    {
        foreach (var service in _declaration.Needs)
        {
            if (!service.IsRegistered(known))
            {
                throw new SignatureException(
                    $"It needs {service}, which is not registered as a service."
                );
            }
        }

        return _bind(known);
    }

    private static FunctionRegistration ForInput<TIn>(
        string address,
        JsonTypeInfo<TIn> input,
        Func<TIn, FunctionContext, ValueTask<InvocationResult>> handler,
        Action<FunctionBuilder>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        var declaration = FunctionDeclaration.Of(address, configure);
        if (declaration.Manifest.IsStartedByKeysOnly)
        {
            throw Bad(declaration, KeyPayload.Explain(typeof(TIn)));
        }

        return new FunctionRegistration(
            declaration,
            _ => async context => await handler(await context.ReadNeededJsonAsync(input), context)
        );
    }

    private static ArgumentException Bad(
        FunctionDeclaration declaration,
        string why,
        Exception? cause = null
    ) => new($"The function '{declaration.Address}' cannot be added. {why}", cause);
}
