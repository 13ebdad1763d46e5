namespace Waverless.Runtime.Managed;

/// <summary>
/// Reads key patterns whose placeholders have names: <c>orders_{id}</c> is the pattern
/// <c>orders_{}</c>, <c>files_{*path}</c> is <c>files_{*}</c>. The source generator is built from
/// this file too, so it uses nothing beyond netstandard2.0.
/// </summary>
internal static class KeyTemplateSyntax
{
    /// <summary>Parts a template into the pattern of the manifest and the names in it.</summary>
    /// <param name="text">The template.</param>
    /// <param name="pattern">What a manifest would say; not yet checked as a pattern.</param>
    /// <param name="names">One per placeholder, in order; null for one without a name.</param>
    /// <returns>Null, or a phrase that completes "the key pattern ...".</returns>
    public static string? Split(string text, out string pattern, out List<string?> names)
    {
        pattern = text;
        names = [];
        var plain = new System.Text.StringBuilder(text.Length);
        for (var at = 0; at < text.Length; )
        {
            var close = text[at] == '{' ? text.IndexOf('}', at) : -1;
            if (close < 0)
            {
                plain.Append(text[at++]);
                continue;
            }

            var isRest = text[at + 1] == '*';
            var start = at + (isRest ? 2 : 1);
            var name = text.Substring(start, close - start);
            if (name.Length > 0 && !IsIdentifier(name))
            {
                return $"has a placeholder '{name}', which is not a name";
            }

            if (name.Length > 0 && names.Contains(name))
            {
                return $"has the placeholder '{name}' twice";
            }

            names.Add(name.Length == 0 ? null : name);
            plain.Append(isRest ? "{*}" : "{}");
            at = close + 1;
        }

        pattern = plain.ToString();
        return null;
    }

    private static bool IsIdentifier(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return !char.IsDigit(name[0]);
    }
}
