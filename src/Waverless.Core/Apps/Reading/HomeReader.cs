namespace Waverless.Apps.Reading;

/// <summary>Reads a function's <c>partition: {header: X}</c> or <c>{route: N}</c>.</summary>
internal static class HomeReader
{
    private const int SegmentMax = 16;
    private const string Expected = "{header: name} or {route: index}";

    public static PartitionHome? Read(ManifestContext context, YamlEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        var known = ManifestKeys.PartitionHome;
        var fields = Fields.Of(entry.Value, known, "A function's 'partition'", context.Errors);
        if (fields.Entries.Length != 1)
        {
            if (entry.Value is not YamlScalar { IsNull: false })
            {
                context.Errors.Add(entry.Value, "'partition' does not say one source", Expected);
            }

            return null;
        }

        if (context.Scalars.Integer(fields["route"], 0, SegmentMax) is { } segment)
        {
            return PartitionHome.FromRoute(segment);
        }

        var name = context.Scalars.Text(fields["header"], "the name of a header");
        if (name is null)
        {
            return null;
        }

        if (name.Length is > 0 and <= NameRules.LengthMax && name.All(IsHeaderCharacter))
        {
            return PartitionHome.FromHeader(name);
        }

        var kind = fields["header"]!.Value.Kind;
        context.Errors.Add(fields["header"]!.Value, $"{kind} is not a header", "its name");
        return null;
    }

    private static bool IsHeaderCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
