namespace Waverless.Apps.Reading;

/// <summary>Collects the defects of one file, up to a bound.</summary>
internal sealed class ErrorList(string file)
{
    /// <summary>More defects than this say nothing new.</summary>
    public const int CountMax = 50;

    private readonly List<ManifestError> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(YamlNode at, string message, string? expected = null) =>
        Add(at.Line, at.Column, message, expected);

    public void Add(int line, int column, string message, string? expected = null)
    {
        if (_errors.Count < CountMax)
        {
            _errors.Add(new ManifestError(file, line, column, message, expected));
        }
    }

    /// <summary>Throws when there is a defect.</summary>
    public void ThrowIfAny(string? app)
    {
        if (Any)
        {
            throw new ManifestException(
                app,
                [.. _errors.OrderBy(error => error.Line).ThenBy(error => error.Column)]
            );
        }
    }
}
