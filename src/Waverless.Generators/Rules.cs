using Microsoft.CodeAnalysis;

namespace Waverless.Generators;

/// <summary>What the generator refuses. Their meaning stands in docs/delegates.md.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor BadClass = Error(
        "WVL001",
        "The class cannot hold functions",
        "The class '{0}' cannot hold functions: {1}"
    );

    public static readonly DiagnosticDescriptor NoClass = Error(
        "WVL002",
        "A trigger outside a class of functions",
        "The method '{0}' has a trigger, but its class has no [Functions(\"app\")]; add it, or no "
            + "function is made of the method"
    );

    public static readonly DiagnosticDescriptor BadName = Error(
        "WVL003",
        "The name is not legal",
        "The name '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor Twice = Error(
        "WVL004",
        "Two functions with one address",
        "The function '{0}' is declared {1} times; give each method a name of its own by [Function(\"name\")]"
    );

    public static readonly DiagnosticDescriptor BadMethod = Error(
        "WVL005",
        "The method cannot be a function",
        "The method '{0}' cannot be a function: {1}"
    );

    public static readonly DiagnosticDescriptor NotStarted = Error(
        "WVL006",
        "Nothing starts the function",
        "The method '{0}' declares what it uses, but not what starts it; add [Function] or a trigger"
    );

    public static readonly DiagnosticDescriptor BadPattern = Error(
        "WVL007",
        "The key pattern is not legal",
        "The key pattern '{0}' {1}; expected a pattern such as 'orders_{{id}}'"
    );

    public static readonly DiagnosticDescriptor UnboundPlaceholder = Warning(
        "WVL008",
        "A placeholder without a parameter",
        "The placeholder '{0}' is bound to no parameter of '{1}'; write '{{}}' if it is not needed"
    );

    public static readonly DiagnosticDescriptor BadPart = Error(
        "WVL009",
        "The parameter cannot be a part of the key",
        "The parameter '{0}' has the name of a placeholder, but {1}"
    );

    public static readonly DiagnosticDescriptor BadParameter = Error(
        "WVL010",
        "The parameter is not supported",
        "The parameter '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor AmbiguousParameter = Error(
        "WVL011",
        "The parameter could be a payload or a service",
        "The parameter '{0}' of type '{1}' could be the payload or a service; if it is the payload, "
            + "add [JsonSerializable(typeof({1}))] to {2}, if it is a service, mark it [Inject]"
    );

    public static readonly DiagnosticDescriptor SeveralPayloads = Error(
        "WVL012",
        "Several payloads",
        "The parameters {0} of '{1}' could each be the payload; expected at most one"
    );

    public static readonly DiagnosticDescriptor KeyWithoutTrigger = Error(
        "WVL013",
        "The payload does not fit what starts the function",
        "The parameter '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor BadAnswer = Error(
        "WVL014",
        "The answer is not supported",
        "The method '{0}' returns '{1}'; {2}"
    );

    public static readonly DiagnosticDescriptor BadJson = Error(
        "WVL015",
        "The JSON context is not one",
        "'{0}' is not a JsonSerializerContext; expected a partial class that derives from it"
    );

    public static readonly DiagnosticDescriptor BadConstructor = Error(
        "WVL016",
        "The constructor cannot be called",
        "The class '{0}' cannot be made for an invocation: {1}"
    );

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "Waverless", DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        new(id, title, message, "Waverless", DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
