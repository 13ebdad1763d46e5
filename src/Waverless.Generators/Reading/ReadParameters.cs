using Waverless.Generators.Models;

namespace Waverless.Generators.Reading;

/// <summary>The parameters of a method.</summary>
/// <param name="Arguments">How each is found, in order.</param>
/// <param name="Needs">The services that must be registered.</param>
internal sealed record ReadParameters(
    IReadOnlyList<Argument> Arguments,
    IReadOnlyList<string> Needs
);
