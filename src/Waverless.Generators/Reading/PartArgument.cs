using Microsoft.CodeAnalysis;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Arguments that are parts of the key that started the invocation.</summary>
internal static class PartArgument
{
    private const string Keys = "global::Waverless.Runtime.FunctionContextKeyExtensions";

    /// <summary>Reads a parameter that has the name of a placeholder.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="isAlwaysThere">Whether each pattern has the placeholder.</param>
    /// <param name="why">A phrase that completes "the parameter has its name, but ...".</param>
    public static Argument? Read(IParameterSymbol parameter, bool isAlwaysThere, out string? why)
    {
        var type = ParameterShape.Underlying(parameter.Type) ?? parameter.Type;
        if (!IsParsable(type))
        {
            why = "its type is not ISpanParsable; expected string, int, long, Guid or the like";
            return null;
        }

        why = null;
        var (whole, part) = (Names.Of(parameter.Type), Names.Of(type));
        var name = Names.Literal(parameter.Name);
        if (!ParameterShape.IsOptional(parameter))
        {
            why = isAlwaysThere
                ? null
                : "not every pattern that starts the function has it; expected a nullable parameter";
            return why is null
                ? new Argument(whole, $"{Keys}.GetKeyPart<{part}>(context, {name})")
                : null;
        }

        var found = $"{Keys}.TryGetKeyPart<{part}>(context, {name}, out var part_{parameter.Name})";
        var substitute = ParameterShape.Substitute(parameter);
        return new Argument(whole, $"{found} ? part_{parameter.Name} : {substitute}");
    }

    private static bool IsParsable(ITypeSymbol type) =>
        type.AllInterfaces.Any(one =>
            one is { Name: "ISpanParsable", TypeArguments: [var self] }
            && one.ContainingNamespace.ToDisplayString() == "System"
            && SymbolEqualityComparer.Default.Equals(self, type)
        );
}
