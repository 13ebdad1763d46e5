using System.Collections.Immutable;

namespace Waverless.Apps;

/// <summary>
/// What apps and functions may be called. Names appear in URLs, file names and metrics, so they
/// are short and plain.
/// </summary>
public static class NameRules
{
    /// <summary>The longest legal name, in characters.</summary>
    public const int LengthMax = 128;

    internal const string Expected =
        "1 to 128 letters, digits, '_', '-' or '.', beginning with a letter or a digit";

    internal static ImmutableArray<string> ReservedApps { get; } =
    ["appmgmt", "upload_data", "_waverless", "metrics", "health"];

    /// <summary>Says why an app may not have this name.</summary>
    /// <returns>Null when the name is legal; else a phrase that completes "the name ...".</returns>
    public static string? RefuseApp(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // Routes ignore case, so a reserved name is reserved in every spelling.
        foreach (var reserved in ReservedApps)
        {
            if (string.Equals(reserved, name, StringComparison.OrdinalIgnoreCase))
            {
                return "is reserved";
            }
        }

        return Refuse(name, underscoreMayLead: false);
    }

    /// <summary>Says why a function may not have this name.</summary>
    /// <returns>Null when the name is legal; else a phrase that completes "the name ...".</returns>
    public static string? RefuseFunction(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Refuse(name, underscoreMayLead: true);
    }

    private static string? Refuse(string name, bool underscoreMayLead)
    {
        if (name.Length == 0)
        {
            return "is empty";
        }

        if (name.Length > LengthMax)
        {
            return $"is longer than {LengthMax} characters";
        }

        if (!char.IsAsciiLetterOrDigit(name[0]) && !(underscoreMayLead && name[0] == '_'))
        {
            return "does not begin with a letter or a digit";
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
            {
                return "holds a character other than letters, digits, '_', '-' and '.'";
            }
        }

        return null;
    }
}
