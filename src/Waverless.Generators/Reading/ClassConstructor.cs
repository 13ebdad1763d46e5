namespace Waverless.Generators.Reading;

/// <summary>How a class is made for an invocation.</summary>
/// <param name="Arguments">Its arguments; <c>services</c> are those of the scope.</param>
/// <param name="Needs">The services that must be registered.</param>
internal sealed record ClassConstructor(
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Needs
);
