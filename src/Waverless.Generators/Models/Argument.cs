namespace Waverless.Generators.Models;

/// <summary>How an argument is found.</summary>
/// <param name="Type">The parameter's type in code.</param>
/// <param name="Value">The expression; <c>context</c> is the invocation.</param>
/// <param name="IsAwaited">Whether the expression waits for something.</param>
internal sealed record Argument(string Type, string Value, bool IsAwaited = false);
