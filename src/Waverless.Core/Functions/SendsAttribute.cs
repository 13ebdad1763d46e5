using System.Collections.Immutable;

namespace Waverless.Functions;

/// <summary>The function may send messages to others; the graph shows it.</summary>
/// <param name="functions">
/// Their addresses, or names of functions of the same app.
/// </param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class SendsAttribute(params string[] functions) : Attribute
{
    /// <summary>Their addresses or names.</summary>
    public ImmutableArray<string> Functions { get; } = [.. functions];
}
