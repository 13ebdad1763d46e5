using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>A .NET function as it was added: address, manifest and binding.</summary>
internal sealed class FunctionRegistration
{
    private readonly Func<IServiceProviderIsService?, FunctionHandler> _bind;

    private FunctionRegistration(
        FunctionAddress address,
        FunctionManifest manifest,
        Func<IServiceProviderIsService?, FunctionHandler> bind
    )
    {
        Address = address;
        Manifest = manifest;
        _bind = bind;
    }

    public FunctionAddress Address { get; }

    public FunctionManifest Manifest { get; }

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
        var (parsed, manifest) = Declare(address, configure);
        try
        {
            var binding = new DelegateBinding(parsed, manifest, handler);
            return new FunctionRegistration(parsed, manifest, binding.Bind);
        }
        catch (SignatureException e)
        {
            throw new ArgumentException($"The function '{parsed}' cannot be added. {e.Message}", e);
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
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var (parsed, manifest) = Declare(address, configure);
        if (manifest.IsStartedByKeysOnly)
        {
            throw new ArgumentException(
                $"The function '{parsed}' cannot be added. {KeyPayload.Explain(typeof(TIn))}"
            );
        }

        var bound = new TypedHandler<TIn, TOut>(handler, input, output);
        return new FunctionRegistration(parsed, manifest, _ => bound.InvokeAsync);
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
        var (parsed, manifest) = Declare(address, configure);
        return new FunctionRegistration(parsed, manifest, _ => handler.Invoke);
    }

    /// <summary>Binds the function once, knowing which types are services.</summary>
    /// <param name="known">Null: none is known.</param>
    /// <exception cref="SignatureException">The signature cannot be bound.</exception>
    public FunctionHandler Bind(IServiceProviderIsService? known) => _bind(known);

    private static (FunctionAddress Address, FunctionManifest Manifest) Declare(
        string address,
        Action<FunctionBuilder>? configure
    )
    {
        if (!FunctionAddress.TryParse(address, out var parsed))
        {
            throw new ArgumentException(
                $"'{address}' is not a function address; expected 'app/function', each "
                    + $"{NameRules.Expected}, and the app none of the reserved names "
                    + $"{string.Join(", ", NameRules.ReservedApps)}.",
                nameof(address)
            );
        }

        var builder = new FunctionBuilder(parsed);
        configure?.Invoke(builder);
        return (parsed, builder.Build());
    }
}
