using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>A function that is ready to run.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Handler">Its bound delegate.</param>
/// <param name="Placeholders">The names in the patterns that start it.</param>
internal sealed record ManagedFunction(
    FunctionAddress Address,
    FunctionHandler Handler,
    KeyPlaceholders Placeholders
);
