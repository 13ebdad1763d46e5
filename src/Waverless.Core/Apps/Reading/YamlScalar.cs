namespace Waverless.Apps.Reading;

internal sealed record YamlScalar(string Value, bool Plain, int Line, int Column)
    : YamlNode(Line, Column)
{
    public override string Kind => IsNull ? "nothing" : $"'{Shorten(Value)}'";

    /// <summary>Nothing was written, or YAML's words for nothing.</summary>
    public bool IsNull => Plain && Value is ("" or "~" or "null" or "Null" or "NULL");

    /// <summary>Messages quote input, but not all of a large one.</summary>
    public static string Shorten(string value) => value.Length <= 80 ? value : value[..77] + "...";
}
