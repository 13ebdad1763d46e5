using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Waverless.Runtime.Managed;

/// <summary>Arguments that are parts of the key that started the invocation.</summary>
[RequiresUnreferencedCode(DelegateBinding.Reflects)]
[RequiresDynamicCode(DelegateBinding.Reflects)]
internal static class KeyPartArgument
{
    /// <summary>Null: the parameter is something else.</summary>
    /// <exception cref="SignatureException">It has the name of one, but cannot be it.</exception>
    public static ParameterBinder? TryBind(
        FunctionParameter parameter,
        KeyPlaceholders placeholders
    )
    {
        var name = parameter.Declaration.Name;
        if (name is null || !placeholders.Contains(name) || IsService(parameter.Declaration))
        {
            return null;
        }

        var type = Nullable.GetUnderlyingType(parameter.Type) ?? parameter.Type;
        if (!IsParsable(type))
        {
            throw new SignatureException(
                $"The parameter {parameter} has the name of a placeholder of the key, but its type "
                    + "is not ISpanParsable; expected string, int, long, Guid or the like."
            );
        }

        if (!parameter.IsOptional && !placeholders.AllContain(name))
        {
            throw new SignatureException(
                $"The parameter {parameter} is a placeholder of some of the patterns that start "
                    + "the function, but not of all; expected a nullable parameter."
            );
        }

        return (ParameterBinder)
            typeof(KeyPartArgument)
                .GetMethod(nameof(Bind), BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(type)
                .Invoke(null, [name, parameter])!;
    }

    private static ParameterBinder Bind<T>(string name, FunctionParameter parameter)
        where T : ISpanParsable<T>
    {
        if (!parameter.IsOptional)
        {
            return context => context.GetKeyPart<T>(name);
        }

        var substitute = parameter.Default;
        return context => context.TryGetKeyPart<T>(name, out var part) ? part : substitute;
    }

    private static bool IsService(ParameterInfo declaration) =>
        declaration.IsDefined(typeof(InjectAttribute))
        || declaration.IsDefined(typeof(FromKeyedServicesAttribute));

    private static bool IsParsable(Type type) =>
        type.GetInterfaces()
            .Any(implemented =>
                implemented.IsGenericType
                && implemented.GetGenericTypeDefinition() == typeof(ISpanParsable<>)
                && implemented.GetGenericArguments()[0] == type
            );
}
