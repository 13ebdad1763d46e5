namespace Waverless.Apps.Reading;

/// <summary>Leaves the tree reader at the first thing that a manifest may not hold.</summary>
internal sealed class RefusedYamlException(string message, string? expected, int line, int column)
    : Exception(message)
{
    public string? Expected { get; } = expected;

    public int Line { get; } = line;

    public int Column { get; } = column;
}
