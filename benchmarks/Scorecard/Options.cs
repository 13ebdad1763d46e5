namespace Scorecard;

/// <summary>What the command line asks for.</summary>
/// <param name="JsonFile">Where to write the lines as JSON; null: nowhere.</param>
/// <param name="Only">Parts of names of the rows to run; none: all.</param>
internal sealed record Options(string? JsonFile, IReadOnlyList<string> Only)
{
    /// <summary>Null after telling what was expected.</summary>
    public static Options? Parse(string[] args)
    {
        string? json = null;
        List<string> only = [];
        for (var index = 0; index < args.Length; index += 2)
        {
            var value = index + 1 < args.Length ? args[index + 1] : null;
            switch (args[index])
            {
                case "--json" when value is not null:
                    json = value;
                    break;
                case "--only" when value is not null:
                    only.Add(value);
                    break;
                default:
                    Console.Error.WriteLine(
                        $"'{args[index]}' is not understood; "
                            + "expected [--json FILE] [--only PART-OF-A-ROW'S-NAME]..."
                    );
                    return null;
            }
        }

        return new Options(json, only);
    }

    public bool Wants(string row) =>
        Only.Count == 0 || Only.Any(part => row.Contains(part, StringComparison.OrdinalIgnoreCase));
}
