using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Waverless.Generators.Reading;

/// <summary>What any parameter may and may not be.</summary>
internal static class ParameterShape
{
    /// <summary>Null, or a phrase that completes "the parameter ...".</summary>
    public static string? Refuse(IParameterSymbol parameter) =>
        parameter.RefKind != RefKind.None ? "is ref, out or in; expected a value"
        : parameter.Type.IsRefLikeType
        || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer
            ? "cannot be kept while the function waits; expected, for bytes, byte[], "
                + "ReadOnlyMemory<byte> or ReadOnlySequence<byte>"
        : null;

    /// <summary>Whether something stands in for an argument that is not there.</summary>
    public static bool IsOptional(IParameterSymbol parameter) =>
        parameter.HasExplicitDefaultValue || AcceptsNull(parameter.Type);

    /// <summary>Whether null is a legal value, by the type's annotation.</summary>
    public static bool AcceptsNull(ITypeSymbol type) =>
        type.NullableAnnotation == NullableAnnotation.Annotated || Underlying(type) is not null;

    /// <summary>What a nullable value type is of; null: it is something else.</summary>
    public static ITypeSymbol? Underlying(ITypeSymbol type) =>
        type
            is INamedTypeSymbol
            {
                OriginalDefinition.SpecialType: SpecialType.System_Nullable_T
            } nullable
            ? nullable.TypeArguments[0]
            : null;

    /// <summary>What stands in for an argument that is not there, as an expression.</summary>
    public static string Substitute(IParameterSymbol parameter)
    {
        var type = Names.Of(parameter.Type);
        if (parameter is not { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value })
        {
            return $"default({type})";
        }

        var literal = SymbolDisplay.FormatPrimitive(
            value,
            quoteStrings: true,
            useHexadecimalNumbers: false
        );
        // In brackets: a cast of a negative number would read as a subtraction.
        return $"({type})({literal})";
    }
}
