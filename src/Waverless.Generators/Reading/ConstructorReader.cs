using Microsoft.CodeAnalysis;

namespace Waverless.Generators.Reading;

/// <summary>Finds the constructor of a class and its arguments, all of them services.</summary>
internal static class ConstructorReader
{
    /// <summary>Null: it has none that can be called.</summary>
    public static ClassConstructor? Read(INamedTypeSymbol type, List<Finding> findings)
    {
        var visible = type
            .InstanceConstructors.Where(constructor =>
                constructor.DeclaredAccessibility
                    is Accessibility.Public
                        or Accessibility.Internal
                        or Accessibility.ProtectedOrInternal
            )
            .Where(constructor => !IsCopy(constructor, type))
            .ToList();
        var marked = visible
            .Where(one => one.Find(Names.ActivatorConstructor) is not null)
            .ToList();
        var chosen = marked.Count > 0 ? marked : visible;
        if (chosen.Count != 1)
        {
            var why =
                chosen.Count == 0
                    ? "it has no public or internal constructor"
                    : "it has several constructors; expected one, or one that is marked "
                        + "[ActivatorUtilitiesConstructor]";
            Report(findings, type, type.Locations.FirstOrDefault(), why);
            return null;
        }

        return Read(type, chosen[0], findings);
    }

    private static ClassConstructor? Read(
        INamedTypeSymbol type,
        IMethodSymbol constructor,
        List<Finding> findings
    )
    {
        var arguments = new List<string>();
        var needs = new List<string>();
        foreach (var parameter in constructor.Parameters)
        {
            var name = Names.Of(parameter.Type);
            if (
                name is Names.Context or Names.Token
                || ParameterShape.Refuse(parameter) is not null
            )
            {
                var why =
                    $"its parameter '{parameter.Name}' is no service; expected it as a parameter "
                    + "of the methods";
                Report(findings, type, parameter.Locations.FirstOrDefault(), why);
                continue;
            }

            var service = ServiceArgument.Read(parameter, "services");
            arguments.Add(service.Value);
            if (service.Need is { } need)
            {
                needs.Add(need);
            }
        }

        return arguments.Count == constructor.Parameters.Length
            ? new ClassConstructor(arguments, needs)
            : null;
    }

    private static bool IsCopy(IMethodSymbol constructor, INamedTypeSymbol type) =>
        type.IsRecord
        && constructor.Parameters.Length == 1
        && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type);

    private static void Report(
        List<Finding> findings,
        INamedTypeSymbol type,
        Location? place,
        string why
    ) => findings.Add(Finding.At(Rules.BadConstructor, place, type.Name, why));
}
