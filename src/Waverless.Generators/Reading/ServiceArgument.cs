using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Waverless.Generators.Reading;

/// <summary>An argument that is a service.</summary>
/// <param name="Value">The expression that asks for it.</param>
/// <param name="Need">The call that declares that it must be registered; null: it need not be.</param>
internal sealed record ServiceArgument(string Value, string? Need)
{
    private const string Plain =
        "global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions";

    private const string Keyed =
        "global::Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions";

    /// <summary>Whether a parameter says that it is a service.</summary>
    public static bool IsMarked(IParameterSymbol parameter) =>
        parameter.Find(Names.Inject) is not null || parameter.Find(Names.Keyed) is not null;

    public static ServiceArgument Read(IParameterSymbol parameter, string services)
    {
        var type = Names.Of(parameter.Type);
        var key = KeyOf(parameter);
        var (from, rest) = key is null ? (Plain, "") : (Keyed, $", {key}");
        if (!ParameterShape.IsOptional(parameter))
        {
            var name = key is null ? "GetRequiredService" : "GetRequiredKeyedService";
            return new($"{from}.{name}<{type}>({services}{rest})", $".Needs<{type}>({key})");
        }

        var find = key is null ? "GetService" : "GetKeyedService";
        var found = $"{from}.{find}<{type}>({services}{rest})";
        var hasSubstitute =
            parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: not null };
        return new(
            hasSubstitute ? $"{found} ?? {ParameterShape.Substitute(parameter)}" : found,
            null
        );
    }

    private static string? KeyOf(IParameterSymbol parameter)
    {
        var arguments = parameter.Find(Names.Keyed)?.ConstructorArguments ?? [];
        return arguments.Length == 0 ? null : arguments[0].ToCSharpString();
    }
}
