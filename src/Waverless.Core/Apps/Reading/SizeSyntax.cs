using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>512B</c>, <c>16KiB</c>, <c>64MiB</c>, <c>1GiB</c>.</summary>
internal static class SizeSyntax
{
    public const string Expected = "a size such as 512B, 16KiB, 64MiB or 1GiB";

    private static readonly (string Unit, int Shift)[] Units =
    [
        ("KiB", 10),
        ("MiB", 20),
        ("GiB", 30),
        ("B", 0),
    ];

    /// <summary>The size in bytes; null: it is not one, or larger than a long holds.</summary>
    public static long? Parse(string text)
    {
        foreach (var (unit, shift) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
            {
                continue;
            }

            var digits = text.AsSpan(0, text.Length - unit.Length);
            return
                long.TryParse(
                    digits,
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                && number <= long.MaxValue >> shift
                ? number << shift
                : null;
        }

        return null;
    }

    /// <summary>The shortest exact text of a size.</summary>
    public static string Format(long bytes)
    {
        foreach (var (unit, shift) in Units.Where(unit => unit.Shift > 0).Reverse())
        {
            if (bytes != 0 && bytes % (1L << shift) == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes}B");
    }
}
