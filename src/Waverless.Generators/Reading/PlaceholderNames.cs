using Microsoft.CodeAnalysis;
using Waverless.Apps;
using Waverless.Runtime.Managed;

namespace Waverless.Generators.Reading;

/// <summary>The names in the patterns that start a function.</summary>
internal sealed class PlaceholderNames
{
    private readonly List<(AttributeData Trigger, List<string?> Names)> _patterns = [];

    public bool HasTriggers => _patterns.Count > 0;

    /// <summary>Reads the patterns of a method's key triggers, and says what is wrong with them.</summary>
    public static PlaceholderNames Of(IMethodSymbol method, List<Finding> findings)
    {
        var all = new PlaceholderNames();
        foreach (var trigger in method.GetAttributes().Where(one => one.Is(Names.Kv)))
        {
            var text = trigger.ConstructorArguments.FirstOrDefault().Value as string ?? "";
            if (Check(text, out var names) is { } reason)
            {
                var place = Names.PlaceOf(trigger, method);
                findings.Add(Finding.At(Rules.BadPattern, place, text, reason));
            }

            all._patterns.Add((trigger, names));
        }

        return all;
    }

    /// <summary>Null, or a phrase that completes "the key pattern ...".</summary>
    public static string? Check(string text, out List<string?> names)
    {
        var reason = KeyTemplateSyntax.Split(text, out var pattern, out names);
        reason ??= KeyPatternSyntax.SplitApp(pattern, out _, out pattern);
        return reason ?? KeyPatternSyntax.Tokenize(pattern, out _);
    }

    public bool Contains(string name) => _patterns.Exists(one => one.Names.Contains(name));

    public bool AllContain(string name) => _patterns.TrueForAll(one => one.Names.Contains(name));

    /// <summary>Names that no parameter has are likely misspelt there.</summary>
    public void FindUnbound(IMethodSymbol method, List<Finding> findings)
    {
        foreach (var (trigger, names) in _patterns)
        {
            foreach (var name in names.OfType<string>())
            {
                if (!method.Parameters.Any(parameter => parameter.Name == name))
                {
                    var place = Names.PlaceOf(trigger, method);
                    findings.Add(Finding.At(Rules.UnboundPlaceholder, place, name, method.Name));
                }
            }
        }
    }
}
