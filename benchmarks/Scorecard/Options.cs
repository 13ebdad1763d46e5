namespace Scorecard;

/// <summary>What the command line asks for.</summary>
/// <param name="JsonFile">Where to write the lines as JSON; null: nowhere.</param>
/// <param name="Only">Parts of names of the rows to run; none: all.</param>
/// <param name="Long">Whether to run rows that take minutes.</param>
internal sealed record Options(string? JsonFile, IReadOnlyList<string> Only, bool Long)
{
    /// <summary>Null after telling what was expected.</summary>
    public static Options? Parse(string[] args)
    {
        string? json = null;
        List<string> only = [];
        var isLong = false;
        for (var index = 0; index < args.Length; index++)
        {
            var value = index + 1 < args.Length ? args[index + 1] : null;
            switch (args[index])
            {
                case "--long":
                    isLong = true;
                    break;
                case "--json" when value is not null:
                    json = value;
                    index++;
                    break;
                case "--only" when value is not null:
                    only.Add(value);
                    index++;
                    break;
                default:
                    Console.Error.WriteLine(
                        $"'{args[index]}' is not understood; "
                            + "expected [--json FILE] [--long] [--only PART-OF-A-ROW'S-NAME]..."
                    );
                    return null;
            }
        }

        return new Options(json, only, isLong);
    }

    public bool Wants(string row) =>
        Only.Count == 0 || Only.Any(part => row.Contains(part, StringComparison.OrdinalIgnoreCase));
}
