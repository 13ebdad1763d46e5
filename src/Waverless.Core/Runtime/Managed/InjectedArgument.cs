using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Runtime.Managed;

/// <summary>Arguments that are services of the host, from the invocation's scope.</summary>
internal static class InjectedArgument
{
    /// <summary>Null: the parameter is something else.</summary>
    /// <exception cref="SignatureException">It wants a service that is not registered.</exception>
    [RequiresDynamicCode(DelegateBinding.Reflects)]
    public static ParameterBinder? TryBind(
        FunctionParameter parameter,
        IServiceProviderIsService? known
    )
    {
        if (parameter.Declaration.GetCustomAttribute<FromKeyedServicesAttribute>() is { } keyed)
        {
            return Keyed(parameter, keyed.Key, known as IServiceProviderIsKeyedService);
        }

        var isMarked = parameter.Declaration.IsDefined(typeof(InjectAttribute));
        if (!isMarked && !IsRegistered(parameter.Type, known))
        {
            return null;
        }

        if (!parameter.IsOptional && known?.IsService(parameter.Type) == false)
        {
            throw Missing(parameter, "");
        }

        var (type, substitute) = (parameter.Type, parameter.Default);
        return parameter.IsOptional
            ? context => context.Services.GetService(type) ?? substitute
            : context => context.Services.GetRequiredService(type);
    }

    [RequiresDynamicCode(DelegateBinding.Reflects)]
    private static ParameterBinder Keyed(
        FunctionParameter parameter,
        object? key,
        IServiceProviderIsKeyedService? known
    )
    {
        if (!parameter.IsOptional && known?.IsKeyedService(parameter.Type, key) == false)
        {
            throw Missing(parameter, $" under the key '{key}'");
        }

        var (type, substitute) = (parameter.Type, parameter.Default);
        return parameter.IsOptional
            ? context => context.Services.GetKeyedServices(type, key).LastOrDefault() ?? substitute
            : context => context.Services.GetRequiredKeyedService(type, key);
    }

    // A container has an IEnumerable of everything, so one counts only if its element is known.
    private static bool IsRegistered(Type type, IServiceProviderIsService? known)
    {
        if (known is null || PayloadArgument.IsPlain(type))
        {
            return false;
        }

        var isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);
        return known.IsService(isList ? type.GetGenericArguments()[0] : type);
    }

    private static SignatureException Missing(FunctionParameter parameter, string where) =>
        new($"The parameter {parameter} wants a service that is not registered{where}.");
}
