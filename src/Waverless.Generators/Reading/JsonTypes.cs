using Microsoft.CodeAnalysis;

namespace Waverless.Generators.Reading;

/// <summary>The types that a class's JSON context knows, and those of them that are used.</summary>
internal sealed class JsonTypes
{
    private readonly HashSet<string> _known;
    private readonly List<string> _used = [];

    private JsonTypes(string? context, HashSet<string> known)
    {
        Context = context;
        _known = known;
    }

    /// <summary>The context's full name in code; null: there is none.</summary>
    public string? Context { get; }

    /// <summary>What messages call it.</summary>
    public string Name { get; private init; } = "a JsonSerializerContext that [Functions] names";

    public IReadOnlyList<string> Used => _used;

    public static JsonTypes Of(INamedTypeSymbol? context)
    {
        if (context is null)
        {
            return new JsonTypes(null, []);
        }

        var known = context
            .GetAttributes()
            .Where(attribute => attribute.Is(Names.JsonSerializable))
            .Where(attribute => attribute.ConstructorArguments.Length > 0)
            .Select(attribute => attribute.ConstructorArguments[0].Value)
            .OfType<ITypeSymbol>()
            .Select(Names.Of);
        return new JsonTypes(Names.Of(context), [.. known]) { Name = Names.Short(context) };
    }

    /// <summary>Whether a class is a context.</summary>
    public static bool IsContext(INamedTypeSymbol type)
    {
        for (var at = type.BaseType; at is not null; at = at.BaseType)
        {
            if (at.ToDisplayString() == Names.JsonContext)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the context reads and writes a type.</summary>
    public bool Knows(ITypeSymbol type) => _known.Contains(Names.Of(type));

    /// <summary>The expression of a type's metadata.</summary>
    public string Metadata(ITypeSymbol type)
    {
        var name = Names.Of(type);
        var index = _used.IndexOf(name);
        if (index < 0)
        {
            index = _used.Count;
            _used.Add(name);
        }

        return $"Json{index}";
    }
}
