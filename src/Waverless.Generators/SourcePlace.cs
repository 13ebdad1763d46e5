using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Waverless.Generators;

/// <summary>A place in the source that does not keep its compilation alive.</summary>
internal sealed record SourcePlace(string File, TextSpan Span, LinePositionSpan Lines)
{
    public static SourcePlace? Of(Location? location) =>
        location?.SourceTree is { } tree
            ? new SourcePlace(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span)
            : null;

    public Location ToLocation() => Location.Create(File, Span, Lines);
}
