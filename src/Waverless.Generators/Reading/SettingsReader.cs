using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Waverless.Generators.Reading;

/// <summary>Reads what starts and bounds a function into calls of its builder.</summary>
internal static class SettingsReader
{
    private static readonly string[] KeyTriggers = ["OnSet", "OnNew", "OnDelete"];

    public static IEnumerable<string> Read(IMethodSymbol method, List<Finding> findings)
    {
        var settings = new List<string>();
        foreach (var attribute in method.GetAttributes())
        {
            settings.AddRange(Calls(attribute));
            foreach (var call in new[] { "Reads", "Writes", "Deletes" })
            {
                if (attribute.Is($"Waverless.Functions.{call}Attribute"))
                {
                    settings.AddRange(Patterns(method, attribute, call, findings));
                }
            }
        }

        return settings;
    }

    private static IEnumerable<string> Calls(AttributeData attribute) =>
        attribute.AttributeClass?.ToDisplayString() switch
        {
            Names.Function => attribute
                .NamedArguments.Select(argument => Bound(argument.Key, argument.Value))
                .OfType<string>(),
            Names.Http => Verbs(attribute),
            Names.Rpc => [".Rpc()"],
            Names.Queue => [".OnMessage()"],
            Names.Timer => [Timer(attribute)],
            Names.Kv => [$".{KeyTrigger(attribute)}({Text(attribute)})"],
            Names.Retry => [RetrySetting.Read(attribute)],
            Names.Batch => [Batch(attribute)],
            Names.Sends => Texts(attribute).Select(target => $".Sends({Names.Literal(target)})"),
            _ => [],
        };

    private static IEnumerable<string> Patterns(
        IMethodSymbol method,
        AttributeData attribute,
        string call,
        List<Finding> findings
    )
    {
        foreach (var pattern in Texts(attribute))
        {
            if (PlaceholderNames.Check(pattern, out _) is { } reason)
            {
                var place = Names.PlaceOf(attribute, method);
                findings.Add(Finding.At(Rules.BadPattern, place, pattern, reason));
            }

            yield return $".{call}({Names.Literal(pattern)})";
        }
    }

    private static IEnumerable<string> Verbs(AttributeData attribute)
    {
        var verbs = Values(attribute).Select(verb => verb.Value).OfType<int>().ToList();
        return verbs.Count == 0
            ? [".Get()", ".Post()"]
            : verbs.Select(verb => $".Http((global::Waverless.Apps.HttpVerb){Number(verb)})");
    }

    private static string KeyTrigger(AttributeData attribute)
    {
        var kind = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "On");
        var index = kind.Value.Value as int? ?? 0;
        return KeyTriggers[index >= 0 && index < KeyTriggers.Length ? index : 0];
    }

    private static string? Bound(string name, TypedConstant value) =>
        name switch
        {
            "TimeoutMs" => $".Timeout({Milliseconds(value.Value)})",
            "OnPoison" => $".OnPoison((global::Waverless.Apps.PoisonPolicy){Number(value.Value)})",
            "ValueAtEvent" => value.Value is true ? ".ValueAtEvent()" : null,
            "Concurrency" or "Queue" => $".{name}({Number(value.Value)})",
            "Body" => $".Body({Number(value.Value)}L)",
            "Commit" => $".Commit((global::Waverless.Apps.CommitMode){Number(value.Value)})",
            _ => null,
        };

    private static string Timer(AttributeData attribute)
    {
        var options = attribute.NamedArguments.Select(named =>
            named.Key switch
            {
                "Zone" => $", zone: {Names.Literal(named.Value.Value as string ?? "")}",
                "Misfire" =>
                    $", misfire: (global::Waverless.Apps.MisfirePolicy){Number(named.Value.Value)}",
                "MayOverlap" => named.Value.Value is true ? ", mayOverlap: true" : "",
                _ => "",
            }
        );
        return $".Timer({Text(attribute)}{string.Concat(options)})";
    }

    private static string Batch(AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments;
        var events = arguments.ElementAtOrDefault(0).Value;
        var within = arguments.ElementAtOrDefault(1).Value;
        return $".Batch({Number(events)}, {Milliseconds(within)})";
    }

    /// <summary>A time span, as an expression.</summary>
    public static string Milliseconds(object? value) =>
        $"global::System.TimeSpan.FromMilliseconds({Number(value)}L)";

    /// <summary>A number, as an expression.</summary>
    public static string Number(object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture) ?? "0";

    private static string Text(AttributeData attribute) =>
        Names.Literal(attribute.ConstructorArguments.FirstOrDefault().Value as string ?? "");

    private static IEnumerable<string> Texts(AttributeData attribute) =>
        Values(attribute).Select(value => value.Value as string ?? "");

    private static ImmutableArray<TypedConstant> Values(AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Array, IsNull: false } all]
            ? all.Values
            : [];
}
