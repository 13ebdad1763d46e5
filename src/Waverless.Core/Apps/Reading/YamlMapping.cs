using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

internal sealed record YamlMapping(ImmutableArray<YamlEntry> Entries, int Line, int Column)
    : YamlNode(Line, Column)
{
    public override string Kind => "a mapping";

    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (string.Equals(entry.Name, key, StringComparison.Ordinal))
            {
                return entry;
            }
        }

        return null;
    }
}
