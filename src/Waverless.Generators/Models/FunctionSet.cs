namespace Waverless.Generators.Models;

/// <summary>A class of functions, as far as what is written depends on it.</summary>
/// <param name="Type">Its full name in code.</param>
/// <param name="Namespace">Its namespace; empty: the global one.</param>
/// <param name="Name">Its name, with those of the classes around it in front.</param>
/// <param name="Constructor">The arguments of its constructor; null: it is static.</param>
/// <param name="JsonContext">The full name of its JSON context; null: none.</param>
/// <param name="JsonTypes">The types that are read or written as JSON.</param>
/// <param name="Functions">Its functions.</param>
internal sealed record FunctionSet(
    string Type,
    string Namespace,
    string Name,
    EquatableArray<string>? Constructor,
    string? JsonContext,
    EquatableArray<string> JsonTypes,
    EquatableArray<FunctionMethod> Functions
)
{
    /// <summary>The class that is generated for it.</summary>
    public string GeneratedName => $"Generated{Name}";

    /// <summary>The generated class's full name in code.</summary>
    public string GeneratedType =>
        Namespace.Length == 0 ? $"global::{GeneratedName}" : $"global::{Namespace}.{GeneratedName}";
}
