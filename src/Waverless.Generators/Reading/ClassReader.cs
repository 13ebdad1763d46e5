using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Waverless.Apps;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Reads a class that carries <c>[Functions]</c>.</summary>
internal sealed class ClassReader
{
    private readonly INamedTypeSymbol _type;
    private readonly AttributeData _attribute;
    private readonly List<Finding> _findings = [];

    private ClassReader(INamedTypeSymbol type, AttributeData attribute)
    {
        _type = type;
        _attribute = attribute;
    }

    public static ReadClass Read(GeneratorAttributeSyntaxContext found) =>
        new ClassReader((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0]).Read();

    private ReadClass Read()
    {
        if (BadClass() is { } why)
        {
            Report(Rules.BadClass, _type.Name, why);
            return End(null, []);
        }

        var app = _attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        if (NameRules.RefuseApp(app) is { } refusal)
        {
            Report(Rules.BadName, app, refusal);
            return End(null, []);
        }

        var json = JsonTypes.Of(JsonContext());
        var constructor = _type.IsStatic ? null : ConstructorReader.Read(_type, _findings);
        var functions = new List<FunctionMethod>();
        var declared = new List<Declared>();
        foreach (var method in _type.GetMembers().OfType<IMethodSymbol>())
        {
            var reader = new MethodReader(method, app, json, _findings);
            // Without a constructor only static methods can be called.
            if (
                reader.Read(constructor?.Needs ?? []) is { } function
                && (function.IsStatic || constructor is not null)
            )
            {
                functions.Add(function);
                var place = SourcePlace.Of(method.Locations.FirstOrDefault());
                declared.Add(new Declared(function.Address, place));
            }
        }

        var set = new FunctionSet(
            Names.Of(_type),
            _type.ContainingNamespace is { IsGlobalNamespace: false } space
                ? space.ToDisplayString()
                : "",
            string.Concat(Around(_type).Select(type => type.Name)),
            constructor is null ? null : new EquatableArray<string>([.. constructor.Arguments]),
            json.Context,
            new EquatableArray<string>([.. json.Used]),
            new EquatableArray<FunctionMethod>([.. functions])
        );
        return End(set, declared);
    }

    private ReadClass End(FunctionSet? set, List<Declared> declared) =>
        new(
            set,
            new EquatableArray<Declared>([.. declared]),
            new EquatableArray<Finding>([.. _findings])
        );

    private string? BadClass()
    {
        var isHidden = Around(_type)
            .Any(type =>
                type.IsFileLocal
                || type.DeclaredAccessibility
                    is not (Accessibility.Public or Accessibility.Internal)
            );
        return isHidden ? "it must be public or internal"
            : Around(_type).Any(type => type.IsGenericType) ? "it must not be generic"
            : _type.IsAbstract && !_type.IsStatic ? "it must not be abstract"
            : null;
    }

    private INamedTypeSymbol? JsonContext()
    {
        var value = _attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Json");
        if (value.Value.Value is not ITypeSymbol type)
        {
            return null;
        }

        if (type is INamedTypeSymbol context && JsonTypes.IsContext(context))
        {
            return context;
        }

        Report(Rules.BadJson, Names.Short(type));
        return null;
    }

    private void Report(DiagnosticDescriptor rule, params string[] arguments) =>
        _findings.Add(Finding.At(rule, Names.PlaceOf(_attribute, _type), arguments));

    /// <summary>The class and those around it, the outermost first.</summary>
    private static ImmutableStack<INamedTypeSymbol> Around(INamedTypeSymbol type)
    {
        var around = ImmutableStack<INamedTypeSymbol>.Empty;
        for (var at = type; at is not null; at = at.ContainingType)
        {
            around = around.Push(at);
        }

        return around;
    }
}
