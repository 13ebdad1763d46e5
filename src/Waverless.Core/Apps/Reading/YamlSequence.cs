using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

internal sealed record YamlSequence(ImmutableArray<YamlNode> Items, int Line, int Column)
    : YamlNode(Line, Column)
{
    public override string Kind => "a list";
}
