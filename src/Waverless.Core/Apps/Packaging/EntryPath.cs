namespace Waverless.Apps.Packaging;

/// <summary>Judges the paths within packages: relative, with forward slashes, plain.</summary>
internal static class EntryPath
{
    public const int LengthMax = 255;
    public const int DepthMax = 16;

    /// <summary>A phrase that completes "the path ..."; null: it is good.</summary>
    public static string? Refuse(string path)
    {
        if (path.Length is 0 or > LengthMax)
        {
            return $"is empty or longer than {LengthMax} characters";
        }

        if (path[0] == '/' || path.Contains(':'))
        {
            return "is absolute; expected one relative to the package";
        }

        if (path.Contains('\\'))
        {
            return "holds a backslash; expected forward slashes";
        }

        if (path.Any(char.IsControl))
        {
            return "holds a control character";
        }

        var segments = path.Split('/');
        return segments.Length > DepthMax
            ? $"is nested more than {DepthMax} deep"
            : segments.Select(RefuseSegment).FirstOrDefault(why => why is not null);
    }

    /// <summary>A path as messages may show it.</summary>
    public static string Show(string path)
    {
        var shown = path.Length <= LengthMax ? path : path[..LengthMax] + "...";
        return string.Create(
            shown.Length,
            shown,
            (target, source) =>
            {
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
                }
            }
        );
    }

    private static string? RefuseSegment(string segment) =>
        segment switch
        {
            "" => "has an empty part",
            "." or ".." => "leads out of the package, or could: it has a part '.' or '..'",
            _ when segment[^1] is ' ' or '.' => "has a part that ends in a blank or a dot",
            _ => null,
        };
}
