namespace Waverless.Transport.Identity;

/// <summary>The name of a cluster, as it stands in certificates.</summary>
internal static class ClusterName
{
    public const int CharsMax = 63;

    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= CharsMax }
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');

    public static void Check(string? name)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException(
                $"'{name}' is no name of a cluster: expected 1 to {CharsMax} lower-case letters, "
                    + "digits, '-' or '.'.",
                nameof(name)
            );
        }
    }
}
