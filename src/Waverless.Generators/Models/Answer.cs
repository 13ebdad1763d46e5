namespace Waverless.Generators.Models;

/// <summary>What is made of what a method returns.</summary>
/// <param name="IsAwaited">Whether it returns a task.</param>
/// <param name="Result">
/// The expression of the result, in which <c>answer</c> is the answer; null: there is none.
/// </param>
internal sealed record Answer(bool IsAwaited, string? Result);
