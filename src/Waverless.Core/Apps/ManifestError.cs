namespace Waverless.Apps;

/// <summary>One defect of a manifest.</summary>
/// <param name="File">The file's name, as the reader was told.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Expected">What would be right; null when the message says it all.</param>
public sealed record ManifestError(
    string File,
    int Line,
    int Column,
    string Message,
    string? Expected = null
)
{
    /// <summary>As compilers print it: <c>file(line,column): message; expected ...</c>.</summary>
    public override string ToString() =>
        Expected is null
            ? $"{File}({Line},{Column}): {Message}"
            : $"{File}({Line},{Column}): {Message}; expected {Expected}";
}
