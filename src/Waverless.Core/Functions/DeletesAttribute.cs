using System.Collections.Immutable;

namespace Waverless.Functions;

/// <summary>The function may delete keys.</summary>
/// <param name="patterns">
/// Which keys, such as <c>orders_{}</c>; <c>@app/pattern</c> for those that another app shares.
/// </param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class DeletesAttribute(params string[] patterns) : Attribute
{
    /// <summary>Which keys.</summary>
    public ImmutableArray<string> Patterns { get; } = [.. patterns];
}
