using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads entries of <c>http_out</c>.</summary>
internal static class HostSyntax
{
    private const string Expected =
        "a host such as example.org, *.example.org or example.org:8443, without a scheme";

    private const int NameLengthMax = 253;
    private const int LabelLengthMax = 63;

    /// <summary>What would be right; null: the text is.</summary>
    public static string? Refuse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        if (colon >= 0 && !IsPort(text[(colon + 1)..]))
        {
            return Expected;
        }

        if (name.StartsWith("*.", StringComparison.Ordinal))
        {
            name = name[2..];
        }

        return name.Length <= NameLengthMax && name.Split('.').All(IsLabel) ? null : Expected;
    }

    private static bool IsPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port > 0;

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LabelLengthMax
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
