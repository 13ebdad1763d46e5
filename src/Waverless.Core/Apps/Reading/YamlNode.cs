namespace Waverless.Apps.Reading;

/// <summary>A piece of a YAML document, with its place.</summary>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>What the user would call it, for messages.</summary>
    public abstract string Kind { get; }
}
