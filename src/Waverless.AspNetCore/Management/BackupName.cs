using System.Globalization;

namespace Waverless.AspNetCore.Management;

/// <summary>
/// Names of backups: each is one folder below the configured one, wherever a name would lead.
/// </summary>
internal static class BackupName
{
    /// <summary>Most characters of a name.</summary>
    public const int CharsMax = 128;

    /// <summary>A name for a backup of a moment.</summary>
    public static string Of(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    /// <summary>What is wrong with a name; null: nothing.</summary>
    public static string? Refuse(string name) =>
        name.Length is > 0 and <= CharsMax
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && !name.EndsWith(".partial", StringComparison.Ordinal)
            ? null
            : $"The name of the backup has {name.Length} characters; expected 1 to {CharsMax} "
                + "letters, digits, '-', '_' or '.', beginning with a letter or a digit, and not "
                + "ending in '.partial'.";
}
