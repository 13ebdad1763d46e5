using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads single values; a value that is not right is an error and reads as null.</summary>
internal sealed class Scalars(ErrorList errors)
{
    public string? Text(YamlEntry? entry, string expected)
    {
        if (entry is null)
        {
            return null;
        }

        if (entry.Value is YamlScalar { IsNull: false } scalar)
        {
            return scalar.Value;
        }

        Refuse(entry, expected);
        return null;
    }

    public int? Integer(YamlEntry? entry, int min, int max)
    {
        var expected = $"a whole number from {min} to {max}";
        if (Text(entry, expected) is not { } text)
        {
            return null;
        }

        var styles = NumberStyles.AllowLeadingSign;
        if (
            int.TryParse(text, styles, CultureInfo.InvariantCulture, out var number)
            && number >= min
            && number <= max
        )
        {
            return number;
        }

        Refuse(entry!, expected);
        return null;
    }

    public long? Size(YamlEntry? entry, long min, long max)
    {
        if (Text(entry, SizeSyntax.Expected) is not { } text)
        {
            return null;
        }

        var size = SizeSyntax.Parse(text);
        if (size is null || size < min || size > max)
        {
            var (least, most) = (SizeSyntax.Format(min), SizeSyntax.Format(max));
            Refuse(entry!, $"{SizeSyntax.Expected}, from {least} to {most}");
            return null;
        }

        return size;
    }

    public TimeSpan? Duration(YamlEntry? entry, TimeSpan min, TimeSpan max)
    {
        if (Text(entry, DurationSyntax.Expected) is not { } text)
        {
            return null;
        }

        var duration = DurationSyntax.Parse(text);
        if (duration is null || duration < min || duration > max)
        {
            var (least, most) = (DurationSyntax.Format(min), DurationSyntax.Format(max));
            Refuse(entry!, $"{DurationSyntax.Expected}, from {least} to {most}");
            return null;
        }

        return duration;
    }

    /// <summary>One of a few words; an index into them.</summary>
    public int? Word(YamlEntry? entry, params ReadOnlySpan<string> words)
    {
        var expected = string.Join(" or ", words.ToArray());
        if (Text(entry, expected) is not { } text)
        {
            return null;
        }

        var index = words.IndexOf(text);
        if (index >= 0)
        {
            return index;
        }

        Refuse(entry!, expected);
        return null;
    }

    /// <summary>A key that says all by being there, such as <c>rpc:</c>.</summary>
    public bool Flag(YamlEntry? entry)
    {
        if (entry is null)
        {
            return false;
        }

        if (entry.Value is YamlScalar { IsNull: true })
        {
            return true;
        }

        Refuse(entry, $"nothing behind '{entry.Name}:'");
        return false;
    }

    private void Refuse(YamlEntry entry, string expected) =>
        errors.Add(entry.Value, $"'{entry.Name}' is {entry.Value.Kind}", expected);
}
