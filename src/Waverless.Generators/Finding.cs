using Microsoft.CodeAnalysis;

namespace Waverless.Generators;

/// <summary>Something wrong with a function, and where.</summary>
internal sealed record Finding(
    DiagnosticDescriptor Descriptor,
    SourcePlace? Place,
    EquatableArray<string> Arguments
)
{
    public static Finding At(
        DiagnosticDescriptor descriptor,
        Location? location,
        params string[] arguments
    ) => new(descriptor, SourcePlace.Of(location), new EquatableArray<string>([.. arguments]));

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(
            Descriptor,
            Place?.ToLocation() ?? Location.None,
            [.. Arguments.Cast<object>()]
        );
}
