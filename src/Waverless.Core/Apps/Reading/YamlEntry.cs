namespace Waverless.Apps.Reading;

/// <summary>One key of a mapping and what it holds.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value)
{
    public string Name => Key.Value;
}
