using Microsoft.CodeAnalysis;
using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>Arguments that are the invocation itself or a part of it.</summary>
internal static class ContextArgument
{
    private const string Keys = "global::Waverless.Runtime.FunctionContextKeyExtensions";

    /// <summary>Null: the parameter is something else.</summary>
    public static Argument? Read(IParameterSymbol parameter)
    {
        var type = Names.Of(parameter.Type);
        var value = type switch
        {
            Names.Context => "context",
            Names.Token => "context.CancellationToken",
            Names.Events => "context.Events",
            Names.Key => $"{Keys}.GetKey(context)",
            Names.Key + "?" => "context.Key",
            _ => null,
        };
        return value is null ? null : new Argument(type, value);
    }
}
